import { code, macro, page, panel, steps, table } from '../macros.ts'
import { people } from '../people.ts'
import type { SamplePage } from '../types.ts'

const german: SamplePage = {
  title: 'Erste Schritte (Deutsch)',
  labels: ['getting-started', 'german', 'translation'],
  author: people.translation,
  storage: `${panel('info', `<p>Übersetzung von ${page('Set up your first Station')}. Bei Abweichungen gilt die englische Seite.</p>`)}
<h2>Station anschließen</h2>
${steps([
  'Zuerst das Netzwerkkabel, dann das Netzteil einstecken. Nach etwa 20&nbsp;Sekunden leuchtet die Betriebsanzeige grün.',
  'Warten, bis die Netzwerkanzeige dauerhaft blau leuchtet. Langsames Blinken heißt: Adresse vorhanden, aber kein Weg ins Internet.',
  'In der Konsole <strong>Stationen → Hinzufügen</strong> wählen und die acht Zeichen vom Typenschild eingeben.',
  'Einen Namen vergeben, den auch der Nachtdienst versteht: „Apotheke, Erdgeschoss“.',
])}
<h2>Fühler koppeln</h2>
<p>Taste drei Sekunden gedrückt halten, bis der Fühler blau blinkt. Zweimal Grün: gekoppelt. Dreimal Rot: abgelehnt, meist weil er noch zu einer anderen Station gehört.</p>
<h2>Grenzwerte für den Impfstoffkühlschrank</h2>
${table(['Untergrenze', 'Obergrenze', 'Verzögerung'], [['2,0&nbsp;°C', '8,0&nbsp;°C', '10&nbsp;Minuten']])}
<p>Häufige Frage: <em>Warum kommt die Meldung erst nach zehn Minuten?</em> Weil eine geöffnete Tür sonst jedes Mal das ganze Team weckt. Die Verzögerung lässt sich je Gerät ändern.</p>
<p>Fühler im Gefrierschrank bitte nie in die Türfächer legen; größere Schwankungen dort sagen nichts über die Ware.</p>`,
}

const french: SamplePage = {
  title: 'Dépannage : la Station est hors ligne (Français)',
  labels: ['troubleshooting', 'french', 'translation', 'network'],
  author: people.translation,
  storage: `<p>Une Station est considérée comme hors ligne après quinze minutes de silence. Les capteurs continuent à mesurer : <strong>aucune donnée n&rsquo;est perdue</strong>, seules les alertes de cette période manquent.</p>
<h2>Cinq minutes devant l&rsquo;appareil</h2>
${steps([
  'Quels voyants sont allumés ?',
  'Voyant d&rsquo;alimentation éteint : essayez une autre prise, puis un autre bloc secteur (5&nbsp;V, 2&nbsp;A).',
  'Voyant réseau éteint : changez de câble, puis de port sur le commutateur.',
  'Bleu clignotant lentement : le pare-feu bloque la sortie. Demandez à votre service informatique d&rsquo;ouvrir les adresses ci-dessous.',
])}
${code('none', 'ingest.eu.sorrelby.example   TCP 8883 ou 443\nfw.sorrelby.example          TCP 443\nntp.sorrelby.example         UDP 123')}
<h2>Après un changement de box</h2>
<p>Neuf fois sur dix, le nom du réseau Wi-Fi ou le mot de passe a changé. Maintenez le bouton arrière enfoncé cinq secondes, rejoignez le réseau <code>Sorrelby-…</code>, puis choisissez de nouveau votre réseau (2,4&nbsp;GHz uniquement).</p>
<h2>Toujours hors ligne&nbsp;?</h2>
<p>Relevez le code affiché (par exemple <code>E103</code>, résolution de noms impossible) et appelez-nous. À défaut, écrivez à <a href="mailto:aide@sorrelby.example">aide@sorrelby.example</a> en précisant le numéro de série. Page d&rsquo;origine : ${page('Station is offline')}.</p>`,
}

const japanese: SamplePage = {
  title: 'センサーのペアリング手順（日本語）',
  labels: ['getting-started', 'japanese', 'translation', 'pairing'],
  author: people.translation,
  storage: `<p>センサーとステーションのペアリングは、1台あたり約1分で完了します。机の上でステーションの近くに置いて作業し、そのあと設置場所へ運んでください。</p>
<h2>手順</h2>
${steps([
  'コンソールでステーションを開き、<strong>「ペアリング」</strong>を押します。無線ランプが120秒間、橙色に点滅します。',
  '電池カバーのタブを引き抜きます。',
  'センサーのボタンを<strong>3秒間</strong>押し続け、青く点滅したら離します。',
  '緑が2回点滅すれば成功です。赤が3回点滅した場合は拒否されています。',
])}
<h2>よくある質問</h2>
<p><strong>Q. 電池は単三の乾電池でもよいですか？</strong><br />A. いいえ。必ず3.6Vのリチウム電池を使ってください。1.5Vの電池では動作しません。</p>
<p><strong>Q. 冷凍庫の中で「信号なし」と表示されます。</strong><br />A. データはセンサーに約69日分保存されますので、失われません。ドアの金属が電波を遮っている可能性があります。中継器の設置をご検討ください。</p>
${table(
  ['項目', '値'],
  [
    ['周波数', '920.6～928&nbsp;MHz'],
    ['測定間隔', '1～60分（初期値5分）'],
    ['ワクチン用冷蔵庫の上限', '8.0&nbsp;℃'],
  ],
)}
<p>元のページ：${page('Pair a sensor with a Station')}</p>`,
}

const arabic: SamplePage = {
  title: 'دليل البدء السريع (العربية)',
  labels: ['getting-started', 'arabic', 'translation'],
  author: people.translation,
  storage: `<div dir="rtl"><p style="text-align: right;">يستغرق إعداد المحطة الأولى نحو عشر دقائق. تحتاج إلى منفذ شبكة أو إلى كلمة مرور شبكة Wi-Fi بتردد 2.4&nbsp;GHz.</p>
<h2>خطوات التوصيل</h2>
${steps([
  'صِل كابل الشبكة أولًا ثم كابل الطاقة، وانتظر حتى يضيء مصباح الطاقة باللون الأخضر.',
  'عندما يثبت مصباح الشبكة على اللون الأزرق تكون المحطة متصلة.',
  'في لوحة التحكم اختر <strong>المحطات ← إضافة</strong> واكتب الرمز المكوَّن من ثمانية أحرف، مثل <code>S2-7K4Q-91TD</code>.',
  'اختر اسمًا واضحًا، مثل «الصيدلية، الطابق الأرضي».',
])}
<h2>حدود ثلاجة اللقاحات</h2>
${table(['الحد الأدنى', 'الحد الأعلى', 'التأخير'], [['2.0&nbsp;°C', '8.0&nbsp;°C', '10 دقائق']])}
${panel('note', '<p>لا تُفقد القراءات عند انقطاع الإنترنت: تحتفظ بها المحطة وترسلها عند عودة الاتصال.</p>', 'لا تقلق')}
<p>الصفحة الأصلية: ${page('Getting started')}</p></div>`,
}

export const languages: SamplePage = {
  title: 'Other languages',
  labels: ['translation'],
  author: people.translation,
  storage: `<p>Short versions for callers who prefer their own language. 🌍 The English pages are the source; a translation is renewed within ten working days after a change.</p>
${macro('children', { sort: 'title' })}
${macro('detailssummary', { label: 'translation', cql: 'label = "translation"', firstcolumn: 'Page' })}`,
  children: [german, french, japanese, arabic],
}
