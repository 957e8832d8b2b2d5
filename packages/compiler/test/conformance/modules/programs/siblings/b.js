log('b')
