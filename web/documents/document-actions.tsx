import { ActionIcon, Menu, Modal } from '@mantine/core'
import { IconArrowMoveRight, IconDots, IconFilePlus, IconPencil, IconTags, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { DocumentDetail } from '#schema/document.ts'
import { ButtonLink } from '../ui/link.tsx'
import { LabelsForm } from './labels-form.tsx'
import { hasText, useMayWrite } from './may-edit.ts'
import { MoveForm } from './move-form.tsx'
import { TrashDocument } from './trash-document.tsx'

type Dialog = 'move' | 'labels' | 'trash'

/** What an editor of the space can do with a document; nothing for those who only read. */
export function DocumentActions({ document }: { document: DocumentDetail }) {
  const { id, title, space } = document
  const mayWrite = useMayWrite(space.key)
  const [dialog, setDialog] = useState<Dialog>()
  const [shown, setShown] = useState<Dialog>()
  if (!mayWrite || !hasText(document)) return null

  function open(next: Dialog): void {
    setDialog(next)
    setShown(next)
  }
  const close = () => setDialog(undefined)

  return (
    <>
      <ButtonLink
        to="/spaces/$key/documents/$id/edit"
        params={{ key: space.key, id }}
        leftSection={<IconPencil size={16} aria-hidden />}
      >
        Edit
      </ButtonLink>
      {document.type === 'page' && (
        <ButtonLink
          to="/spaces/$key/new"
          params={{ key: space.key }}
          search={{ parent: id }}
          variant="default"
          leftSection={<IconFilePlus size={16} aria-hidden />}
        >
          New page below
        </ButtonLink>
      )}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={`More for ${title}`}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconTags size={16} aria-hidden />} onClick={() => open('labels')}>
            Edit labels
          </Menu.Item>
          {document.type === 'page' && (
            <Menu.Item leftSection={<IconArrowMoveRight size={16} aria-hidden />} onClick={() => open('move')}>
              Move
            </Menu.Item>
          )}
          <Menu.Item
            color="var(--mantine-color-error)"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => open('trash')}
          >
            Move to the trash
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={dialog === 'labels'} onClose={close} title={`Labels of “${title}”`}>
        {shown === 'labels' && <LabelsForm document={document} onDone={close} />}
      </Modal>
      <Modal opened={dialog === 'move'} onClose={close} title={`Move “${title}”`}>
        {shown === 'move' && <MoveForm document={document} onDone={close} />}
      </Modal>
      <TrashDocument document={document} opened={dialog === 'trash'} onClose={close} />
    </>
  )
}
