import { expect, test } from 'vitest'
import { detectLanguage } from './language.ts'

test.each([
  ['english', 'Put the sensor on the shelf and wait for the light. If it is not green, press the button again.'],
  [
    'german',
    'Legen Sie den Sensor auf das Regal und warten Sie auf das Licht. Wenn es nicht grün ist, drücken Sie die Taste.',
  ],
  ['french', 'Posez le capteur sur une étagère et attendez que la lampe soit verte. Les alertes sont dans le menu.'],
  [
    'spanish',
    'Ponga el sensor en una mesa y espere a que la luz no parpadee. Los avisos se envían por correo con los datos.',
  ],
  [
    'dutch',
    'Leg de sensor op een plank en wacht tot het licht groen is. Als het niet groen wordt, druk dan op de knop.',
  ],
  ['russian', 'Положите датчик на полку и подождите, пока лампа не станет зелёной.'],
  ['arabic', 'ضع المستشعر على الرف وانتظر حتى يضيء المصباح باللون الأخضر'],
  ['english', 'センサーとステーションのペアリングは、1台あたり約1分で完了します。'],
  ['english', 'GET /sensors?limit=10 der Station'],
  ['english', ''],
])('%s is told of a text', (language, text) => {
  expect(detectLanguage(text)).toBe(language)
})
