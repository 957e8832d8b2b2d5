log('fails')
throw new RangeError('at once')
