/** A macro in storage format, its parameters in the order given. */
export function macro(name: string, parameters: Record<string, string> = {}, body = ''): string {
  const list = Object.entries(parameters).map(
    ([key, value]) => `<ac:parameter ac:name="${key}">${value}</ac:parameter>`,
  )
  return `<ac:structured-macro ac:name="${name}" ac:schema-version="1">${list.join('')}${body}</ac:structured-macro>`
}

export function rich(storage: string): string {
  return `<ac:rich-text-body>${storage}</ac:rich-text-body>`
}

export function plain(text: string): string {
  return `<ac:plain-text-body><![CDATA[${text}]]></ac:plain-text-body>`
}
