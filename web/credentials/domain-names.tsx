import { Code, Text } from '@mantine/core'

export type DomainName = { entry: string; unicode: string }

/** A domain as people write it, with its punycode form beside it where the two differ. */
export function DomainNameText({ domain: { entry, unicode } }: { domain: DomainName }) {
  if (unicode === entry) return <>{entry}</>
  return (
    <>
      {unicode} <Code>{entry}</Code>
    </>
  )
}

/** The first few domains, and how many more there are. */
export function DomainSummary({ domains, shown = 2 }: { domains: readonly DomainName[]; shown?: number }) {
  const more = domains.length - shown
  return (
    <>
      {domains.slice(0, shown).map((domain) => (
        <div key={domain.entry}>
          <DomainNameText domain={domain} />
        </div>
      ))}
      {more > 0 && (
        <Text size="xs" c="dimmed">
          and {more} more
        </Text>
      )}
    </>
  )
}
