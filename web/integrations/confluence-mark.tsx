import { ThemeIcon } from '@mantine/core'
import { IconFileText } from '@tabler/icons-react'

/** Stands for Confluence in lists: a sheet, not the vendor's trade mark. */
export function ConfluenceMark() {
  return (
    <ThemeIcon size={40} radius="md" variant="light" aria-hidden>
      <IconFileText size={22} stroke={1.7} />
    </ThemeIcon>
  )
}
