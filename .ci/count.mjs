// Adds up the reports that the test runners leave in test-results/ and prints the plain closing line.
import { existsSync, readFileSync } from 'node:fs'

function read(name) {
  try {
    return JSON.parse(readFileSync(new URL(`../test-results/${name}`, import.meta.url), 'utf8'))
  } catch {
    console.error(`There is no test-results/${name}: that part did not run to its end.`)
    process.exitCode = 1
    return undefined
  }
}

function failedUnits(report) {
  return (report?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${name}: ${fullName}\n${failureMessages.join('\n')}`),
  )
}

/** Suites hold suites; each test has its tries, each with what went wrong. */
function failedInBrowser(suite) {
  const own = (suite?.specs ?? []).flatMap(({ title, file, ok, tests }) =>
    ok
      ? []
      : [
          `${file}: ${title}\n${tests
            .flatMap(({ results }) => results)
            .flatMap(({ errors }) => errors)
            .map(({ message }) => message)
            .join('\n')}`,
        ],
  )
  return [...own, ...(suite?.suites ?? []).flatMap(failedInBrowser)]
}

const unit = read('unit.json')
const installed = existsSync(new URL('../test-results/installed.json', import.meta.url))
  ? read('installed.json')
  : undefined
const browserReport = read('browser.json')
const browser = browserReport?.stats
for (const name of [unit, installed].flatMap(failedUnits).concat(failedInBrowser(browserReport)))
  console.log(`FAILED ${name}`)
const passed = (unit?.numPassedTests ?? 0) + (installed?.numPassedTests ?? 0) + (browser?.expected ?? 0)
const failed =
  (unit?.numFailedTests ?? 0) + (installed?.numFailedTests ?? 0) + (browser?.unexpected ?? 0) + (browser?.flaky ?? 0)
const skipped = (unit?.numPendingTests ?? 0) + (installed?.numPendingTests ?? 0) + (browser?.skipped ?? 0)
if (passed === 0) process.exitCode = 1
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
