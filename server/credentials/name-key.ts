/** A name as names are compared: compatible spellings (NFKC) and letter-cases of it are the same name. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}
