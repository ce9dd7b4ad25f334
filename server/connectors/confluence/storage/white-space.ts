/** True where there is surely nothing to trim: the common case, told without a call to a built-in function. */
export function isTight(value: string): boolean {
  return isPrinted(value.charCodeAt(0)) && isPrinted(value.charCodeAt(value.length - 1))
}

/** True where there is nothing but white space. */
export function isWhite(value: string): boolean {
  return !isPrinted(value.charCodeAt(0)) && value.trim() === ''
}

/** Runs of white space as one space each. Most texts have none to change, and asking costs less than replacing. */
export function collapsed(value: string): string {
  return /[^\S ]| {2}/.test(value) ? replaceRuns(value) : value
}

/** What `/\s+/g` would do, but single spaces are no matches: every match costs time and garbage, and words have many. */
export function replaceRuns(value: string): string {
  return value.replace(/ \s+|[^\S ]\s*/g, ' ')
}

/** Printed characters of ASCII; others may be white space. */
function isPrinted(code: number): boolean {
  return code > 32 && code < 127
}
