import { Button, Card, FileButton, Group, Stack, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'

/** Takes a definition as a file or as text; it is judged in the editor, and nothing is stored before it is saved there. */
export function ImportForm({ onRead }: { onRead: (text: string) => void }) {
  const [text, setText] = useState('')
  const [fault, setFault] = useState<string>()

  async function readFile(file: File | null): Promise<void> {
    if (file === null) return
    if (file.size > 1_000_000) return setFault('This file is too large to be a workflow.')
    setText(await file.text())
    setFault(undefined)
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (text.trim() === '') setFault('Choose a file, or paste the JSON here.')
    else onRead(text)
  }

  return (
    <Card withBorder radius="lg" padding="lg" maw={720}>
      <form onSubmit={onSubmit} noValidate>
        <Stack>
          <Textarea
            label="Definition as JSON"
            description="As the export of a workflow gives it. Credentials are named by their ids: choose them anew where they are others here."
            autosize
            minRows={8}
            maxRows={20}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            value={text}
            error={fault}
            onChange={({ currentTarget: { value } }) => {
              setText(value)
              setFault(undefined)
            }}
          />
          <Group justify="space-between">
            <FileButton accept="application/json,.json" onChange={(file) => void readFile(file)}>
              {(props) => (
                <Button variant="default" {...props}>
                  Choose a file
                </Button>
              )}
            </FileButton>
            <Button type="submit">Open in the editor</Button>
          </Group>
        </Stack>
      </form>
    </Card>
  )
}
