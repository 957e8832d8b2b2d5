log('never is not evaluated')
