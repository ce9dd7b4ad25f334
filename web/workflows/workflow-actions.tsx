import { Button, Menu } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconCopy, IconDownload, IconPencil, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Workflow } from '#schema/workflow-api.ts'
import { workflowQuery } from '../api/workflows.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { notifyProblem } from '../ui/notify.ts'
import { CopyWorkflow } from './copy-workflow.tsx'
import { DeleteWorkflow } from './delete-workflow.tsx'
import { exportDefinition } from './export.ts'
import { usePlace } from './place.ts'

const icon = { size: 18, stroke: 1.7, 'aria-hidden': true } as const

/** What can be done with a workflow as a whole: as icons in the list, as a menu in its editor. */
export function WorkflowActions({ workflow, inEditor = false }: { workflow: Workflow; inEditor?: boolean }) {
  const { editor } = usePlace()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [copying, copy] = useDisclosure()
  const [deleting, remove] = useDisclosure()
  const download = () =>
    void queryClient
      .fetchQuery(workflowQuery(workflow.id))
      .then(({ name, definition }) => exportDefinition(name, definition), notifyProblem)
  const { name } = workflow
  return (
    <>
      {inEditor ? (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>
              More
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconCopy {...icon} />} onClick={copy.open}>
              Copy…
            </Menu.Item>
            <Menu.Item leftSection={<IconDownload {...icon} />} onClick={download}>
              Export JSON
            </Menu.Item>
            <Menu.Item color="red" leftSection={<IconTrash {...icon} />} onClick={remove.open}>
              Delete…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : (
        <div style={{ display: 'inline-flex', marginBlock: -4 }}>
          <IconButton label={`Edit: ${name}`} tooltip="Edit" onClick={() => void navigate(editor(workflow.id))}>
            <IconPencil {...icon} />
          </IconButton>
          <IconButton label={`Copy: ${name}`} tooltip="Copy" onClick={copy.open}>
            <IconCopy {...icon} />
          </IconButton>
          <IconButton label={`Export JSON: ${name}`} tooltip="Export JSON" onClick={download}>
            <IconDownload {...icon} />
          </IconButton>
          <IconButton label={`Delete: ${name}`} tooltip="Delete" color="red" onClick={remove.open}>
            <IconTrash {...icon} />
          </IconButton>
        </div>
      )}
      <CopyWorkflow workflow={workflow} opened={copying} onClose={copy.close} />
      <DeleteWorkflow workflow={workflow} opened={deleting} onClose={remove.close} />
    </>
  )
}
