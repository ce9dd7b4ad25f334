import { Button, Card, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconCloudOff, IconCompass, IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { z } from 'zod'
import { ApiProblem } from '../api/client.ts'
import { ButtonLink } from './link.tsx'

/** A sentence that names a thing by its id tells a person nothing. */
const bareId = /[\da-f]{8}-[\da-f]{4}-/

type FaceProps = { icon: ReactNode; title: string; children?: ReactNode; action?: ReactNode }

/** What a page shows instead of its content: empty, missing, broken. Says what, and the next step. */
export function Face({ icon, title, children, action }: FaceProps) {
  return (
    <Card withBorder padding="xl" radius="lg">
      <Stack align="center" gap="sm" py="lg" ta="center">
        <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
          {icon}
        </ThemeIcon>
        <Title order={2}>{title}</Title>
        {children !== undefined && (
          <Text component="div" c="dimmed" maw={460}>
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Card>
  )
}

/** The face of a failed read: missing and forbidden look alike on purpose, as the API answers them alike. */
export function ErrorFace({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (error instanceof ApiProblem && error.status === 404)
    return <NotFoundFace {...(!bareId.test(error.message) && { detail: error.message })} />
  if (error instanceof ApiProblem && error.status === 403) {
    return (
      <Face icon={<IconLock />} title="Not open to you">
        {error.message}
      </Face>
    )
  }
  return (
    <div role="alert">
      <Face
        icon={<IconCloudOff />}
        title="This could not be loaded"
        action={onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
      >
        {messageOf(error)}
      </Face>
    </div>
  )
}

/** An answer of another shape than expected comes from another version of Lockkeeper than this page. */
function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return 'Lockkeeper has been updated meanwhile. Reload the page.'
  return error instanceof Error ? error.message : String(error)
}

export function NotFoundFace({ detail }: { detail?: string }) {
  return (
    <Face icon={<IconCompass />} title="Nothing here" action={<ButtonLink to="/spaces">Go to Spaces</ButtonLink>}>
      {detail ?? 'There is no page at this address, or you may not read it.'}
    </Face>
  )
}
