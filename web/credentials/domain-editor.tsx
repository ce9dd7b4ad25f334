import { Alert, Button, Input, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMutation, useQuery } from '@tanstack/react-query'
import { IconTrash } from '@tabler/icons-react'
import type { KeyboardEvent, ReactNode } from 'react'
import type { JudgedDomain } from '#schema/credential.ts'
import { checkDomains } from '../api/credentials.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { splitDomains } from './credential-form.ts'
import { type DomainName, DomainNameText } from './domain-names.tsx'
import { Row, Rows } from '../ui/rows.tsx'

type DomainEditorProps = {
  scope: string
  domains: DomainName[]
  /** What stands in the field, not yet added. */
  draft: string
  error: ReactNode
  onDomains: (change: (domains: DomainName[]) => DomainName[]) => void
  onDraft: (change: (draft: string) => string) => void
}

/** Where a credential may go: a list, and a field whose content is judged as it is typed. */
export function DomainEditor({ scope, domains, draft, error, onDomains, onDraft }: DomainEditorProps) {
  const judged = useJudged(scope, draft)
  const add = useMutation({
    mutationFn: (text: string) => checkDomains(scope, { domains: splitDomains(text) }),
    onSuccess: ({ domains: verdicts }, text) => {
      onDomains((present) => merged(present, verdicts))
      const refused = verdicts.filter(({ ok }) => !ok).map(({ entry }) => entry)
      // Whatever was typed while the answer was under way stays.
      onDraft((present) => (present === text ? refused.join(' ') : present))
    },
  })

  function addDraft(): void {
    if (splitDomains(draft).length > 0) add.mutate(draft)
  }

  function addOnEnter(event: KeyboardEvent): void {
    if (event.key !== 'Enter') return
    event.preventDefault()
    addDraft()
  }

  return (
    <Stack gap="xs">
      <TextInput
        label="Domains"
        description="Hosts that it may be sent to: api.example.com, *.example.com or api.example.com:8443."
        placeholder="api.example.com"
        required={domains.length === 0}
        autoComplete="off"
        autoCapitalize="none"
        data-autofocus
        spellCheck={false}
        inputMode="url"
        inputWrapperOrder={['label', 'description', 'input', 'error']}
        value={draft}
        error={error ?? faultOf(judged)}
        onChange={(event) => {
          const typed = event.currentTarget.value
          onDraft(() => typed)
        }}
        onKeyDown={addOnEnter}
        rightSectionWidth="auto"
        rightSection={
          <Button size="compact-sm" variant="subtle" mr={4} loading={add.isPending} onClick={addDraft}>
            Add
          </Button>
        }
      />
      <Verdict judged={judged} onTake={(entry) => onDraft(() => entry)} />
      {domains.length > 0 && (
        <Input.Wrapper label="Allowed" labelElement="div">
          <Rows label="Allowed domains">
            {domains.map((domain) => (
              <Row
                key={domain.entry}
                action={
                  <IconButton
                    label={`Remove ${domain.entry}`}
                    onClick={() => onDomains((present) => present.filter(({ entry }) => entry !== domain.entry))}
                  >
                    <IconTrash size={16} stroke={1.7} aria-hidden />
                  </IconButton>
                }
              >
                <DomainNameText domain={domain} />
              </Row>
            ))}
          </Rows>
        </Input.Wrapper>
      )}
    </Stack>
  )
}

/** What the rules say of the field's content, a moment after the last key. */
function useJudged(scope: string, draft: string): JudgedDomain[] {
  const [settled] = useDebouncedValue(draft.trim(), 250)
  const { data } = useQuery({
    queryKey: ['domains-check', scope, settled],
    gcTime: 0,
    enabled: settled !== '',
    queryFn: () => checkDomains(scope, { domains: splitDomains(settled) }),
  })
  return draft.trim() === settled ? (data?.domains ?? []) : []
}

function Verdict({ judged, onTake }: { judged: JudgedDomain[]; onTake: (entry: string) => void }) {
  const [first] = judged
  const suggestion = judged.find(({ suggestion: offered }) => offered !== null)?.suggestion
  return (
    <div aria-live="polite">
      {suggestion != null && judged.length === 1 && (
        <Button size="compact-sm" variant="light" onClick={() => onTake(suggestion)}>
          Use {suggestion}
        </Button>
      )}
      {first?.ok === true && judged.length === 1 && (
        <Text size="sm" c="dimmed">
          {first.reason ?? 'This can be added.'}{' '}
          {first.normalised !== null && first.normalised !== first.unicode && `Stored as ${first.normalised}.`}
        </Text>
      )}
    </div>
  )
}

/** What it means to allow plain http. */
export function HttpWarning({ shown }: { shown: boolean }) {
  if (!shown) return null
  return (
    <Alert color="orange" title="The secret travels in clear text over http">
      Whoever can listen on the way reads it. Use this only for hosts inside your own network.
    </Alert>
  )
}

function faultOf(judged: JudgedDomain[]): string | undefined {
  return judged.find(({ ok }) => !ok)?.reason ?? undefined
}

function merged(domains: DomainName[], verdicts: JudgedDomain[]): DomainName[] {
  const added = verdicts.flatMap(({ ok, normalised, unicode }) =>
    ok && normalised !== null && !domains.some(({ entry }) => entry === normalised)
      ? [{ entry: normalised, unicode: unicode ?? normalised }]
      : [],
  )
  return [...domains, ...added]
}
