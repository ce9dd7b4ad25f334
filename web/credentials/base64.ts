/** A file's bytes as base64; empty when no file is chosen. */
export async function base64Of(file: File | null): Promise<string> {
  if (file === null) return ''
  const bytes = new Uint8Array(await file.arrayBuffer())
  const chunk = 0x8000
  let binary = ''
  for (let at = 0; at < bytes.length; at += chunk) binary += String.fromCharCode(...bytes.subarray(at, at + chunk))
  return btoa(binary)
}
