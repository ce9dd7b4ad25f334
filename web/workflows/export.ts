/** Hands the definition to the browser as a file. */
export function exportDefinition(name: string, definition: unknown): void {
  const blob = new Blob([`${JSON.stringify(definition, null, 2)}\n`], { type: 'application/json' })
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '')}.workflow.json`
  link.click()
  URL.revokeObjectURL(url)
}
