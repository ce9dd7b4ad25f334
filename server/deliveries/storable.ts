/** A text as PostgreSQL can hold it: no NUL, no lone surrogates. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD')
}
