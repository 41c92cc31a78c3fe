import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../../src/backend/datasets/formats/quality.ts';
import { makeRowScanner } from '../../../../src/backend/datasets/formats/scanRow.ts';

const scanner = makeRowScanner();

function judge(answer: string) {
  const { quality, reasons, hashLow, hashHigh } = scanner.scan({ kind: 'chat', messages: [{ role: 'user', content: 'q' }, { role: 'assistant', content: answer }] }, () => undefined);
  return { quality, reasons: reasonsOf(reasons), hash: `${String(hashLow)} ${String(hashHigh)}` };
}

const good = {
  Chinese: '先把备份文件复制到新服务器，再检查数据库的版本。如果两边一致，就可以停止旧的服务。最后更新域名记录，并在半小时后确认访问是否正常。',
  Japanese: 'まずバックアップを新しいサーバーにコピーし、データベースの版を確かめてください。両方が同じなら古いサービスを止めます。最後に設定を更新して、三十分後に動作を確認します。',
  Thai: 'คัดลอกไฟล์สำรองไปยังเซิร์ฟเวอร์ใหม่ก่อน แล้วตรวจสอบรุ่นของฐานข้อมูล ถ้าตรงกันก็หยุดบริการเดิมได้ สุดท้ายปรับปรุงชื่อโดเมนและรอครึ่งชั่วโมงเพื่อดูว่าเปิดหน้าเว็บได้ตามปกติ',
};
const repeated = { Chinese: '系统出现错误请稍后再试。', Japanese: 'しばらくしてからもう一度お試しください。', Thai: 'กรุณาลองใหม่อีกครั้งในภายหลัง ' };

describe.each(['Chinese', 'Japanese', 'Thai'] as const)('%s, which has no white space between words', (language) => {
  it('takes nothing off an ordinary answer', () => {
    expect(judge(good[language])).toMatchObject({ quality: 10, reasons: [] });
  });

  it('sees phrases that come again and again', () => {
    const { quality, reasons } = judge(repeated[language].repeat(12));
    expect(reasons).toContain('repeated_phrases');
    expect(quality).toBeLessThan(6);
  });
});

it('counts a text of both kinds once', () => {
  const words = 'amber birch cedar delta ember fjord grove heath islet juniper kelp larch marsh north ocean pine quarry ridge shore tundra';
  expect(judge(`${words} 完成`)).toMatchObject({ quality: 10, reasons: [] });
});

it('leaves the hash to the characters, whatever the words', () => {
  expect(judge('今天  很好').hash).toBe(judge('今天 很好').hash);
  expect(judge('今天很好').hash).not.toBe(judge('今天不好').hash);
});
