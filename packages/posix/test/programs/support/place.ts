/** The part of a refusal that names the culprit: `'variable' in function (file:line)`, as far as it is known. */
export const placeIn = (message: string): string =>
  /'[^']*' in (?:an anonymous function|\S+)(?: \([^)]*\))?|'[^']*' cannot/.exec(message)?.[0] ?? message
