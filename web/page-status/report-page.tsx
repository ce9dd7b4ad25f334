import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { IconChartBar } from '@tabler/icons-react'
import { spaceQuery } from '../api/content.ts'
import { reportQuery } from '../api/page-status.ts'
import { Face } from '../ui/faces.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ReportList } from './report-list.tsx'
import { WorkflowBar } from './workflow-bar.tsx'

const route = getRouteApi('/signed-in/spaces/$key/report')

/** How many pages of a space stand in which status, and which these are. */
export function ReportPage() {
  const { key } = route.useParams()
  const { workflow, status, overdue } = route.useSearch()
  const { data: space } = useQuery(spaceQuery(key))
  const report = useQuery(reportQuery(key))
  return (
    <>
      <PageHeader
        title="Report"
        lead={`Where the pages of ${space?.name ?? key} stand in its workflows. Choose a figure to see its pages.`}
      />
      <Loaded query={report}>
        {(workflows) =>
          workflows.length === 0 ? (
            <Face icon={<IconChartBar />} title="No workflow has pages here">
              Once a workflow with statuses is enabled for this space, its pages are counted here.
            </Face>
          ) : (
            <Stack gap="lg">
              {workflows.map((one) => (
                <WorkflowBar key={one.id} workflow={one} spaceKey={key} />
              ))}
              {workflow !== undefined && (
                <ReportList
                  key={`${workflow} ${status} ${overdue}`}
                  spaceKey={key}
                  filters={{ workflow, status, overdue }}
                  workflow={workflows.find(({ id }) => id === workflow)}
                />
              )}
            </Stack>
          )
        }
      </Loaded>
    </>
  )
}
