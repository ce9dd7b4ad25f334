import { IconHistory, IconPencil, IconSend, IconTrash, IconUsers, IconWorld } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Credential, Level } from '#schema/credential.ts'
import { IconButton } from '../ui/icon-button.tsx'
import classes from './credential-actions.module.css'
import { type Dialog, usePlace } from './place.ts'
import { reaches } from './words.ts'

type Icon = ComponentType<{ size: number; stroke: number; 'aria-hidden': true }>
type Action = { dialog: Dialog; label: string; needs: Level; icon: Icon; color?: string }

const actions: Action[] = [
  { dialog: 'permissions', label: 'Permissions', needs: 'administrate', icon: IconUsers },
  { dialog: 'domains', label: 'Domains', needs: 'administrate', icon: IconWorld },
  { dialog: 'edit', label: 'Edit', needs: 'edit', icon: IconPencil },
  { dialog: 'test', label: 'Test', needs: 'view', icon: IconSend },
  { dialog: 'versions', label: 'Versions', needs: 'view', icon: IconHistory },
  { dialog: 'delete', label: 'Delete', needs: 'administrate', icon: IconTrash, color: 'red' },
]

/** What the viewer may do with a credential; what he may not is left out. */
export function CredentialActions({ credential: { id, name, level } }: { credential: Credential }) {
  const { open } = usePlace()
  return (
    <div className={classes.actions}>
      {actions
        .filter(({ needs }) => reaches(level, needs))
        .map(({ dialog, label, icon: Icon, color }) => (
          <IconButton
            key={dialog}
            label={`${label}: ${name}`}
            tooltip={label}
            onClick={() => open(dialog, id)}
            {...(color !== undefined && { color })}
          >
            <Icon size={18} stroke={1.7} aria-hidden />
          </IconButton>
        ))}
    </div>
  )
}
