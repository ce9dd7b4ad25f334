import { Badge, Card, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { IconSearch, IconZoomQuestion } from '@tabler/icons-react'
import { catalogQuery } from '../api/integrations.ts'
import { Face } from '../ui/faces.tsx'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { ConfluenceMark } from './confluence-mark.tsx'
import classes from './catalogue.module.css'

const route = getRouteApi('/signed-in/settings/integrations/new')

/** Everything that can be connected, searchable by name and purpose. */
export function Catalogue() {
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const catalog = useQuery(catalogQuery(q))
  return (
    <Stack>
      <TextInput
        type="search"
        label="Search the catalogue"
        maw={420}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={q}
        onChange={(event) => void navigate({ search: { q: event.currentTarget.value }, replace: true })}
      />
      <Loaded query={catalog}>
        {(entries) =>
          entries.length === 0 ? (
            <Face icon={<IconZoomQuestion />} title={`Nothing is called “${q}”`}>
              Confluence is the system that this version connects.
            </Face>
          ) : (
            <SimpleGrid component="ul" cols={{ base: 1, sm: 2 }} p={0} m={0} aria-label="Catalogue">
              {entries.map((entry) => (
                <Card key={entry.id} component="li" withBorder radius="lg" className={classes.entry}>
                  <Group wrap="nowrap" align="flex-start">
                    <ConfluenceMark />
                    <Stack gap={6}>
                      <TextLink
                        to="/settings/integrations/new"
                        search={{ connector: entry.id, tab: 'basic' }}
                        className={classes.cover}
                        fw={650}
                        c="inherit"
                      >
                        {entry.name}
                      </TextLink>
                      <Text size="sm" c="dimmed">
                        {entry.description}
                      </Text>
                      <Group gap={6}>
                        {entry.capabilities.map(({ id, name }) => (
                          <Badge key={id} variant="light">
                            {name}
                          </Badge>
                        ))}
                      </Group>
                    </Stack>
                  </Group>
                </Card>
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
    </Stack>
  )
}
