/** Lines of events.jsonl as a trainer writes them, with times and numbers that rise. */
export class EventWriter {
  readonly #attempt: string;
  #seq = 0;
  #time: number;

  constructor(attempt: string, startTime = 1_700_000_000) {
    this.#attempt = attempt;
    this.#time = startTime;
  }

  line(kind: string, fields: Record<string, unknown>): string {
    this.#seq += 1;
    this.#time += 1;
    return `${JSON.stringify({ v: 1, t: this.#time, seq: this.#seq, attempt: this.#attempt, kind, ...fields })}\n`;
  }

  plan(firstStep: number, totalSteps: number): string {
    return this.line('plan', {
      totalSteps, firstStep, rows: 10, droppedRows: {}, tokensPerEpoch: 1000, trainedTokensPerEpoch: 500, packingEfficiency: 1, microBatchTokens: 1024,
      device: 'cpu', precision: 'fp32', threads: 1, parameters: 1000, trainableParameters: 100, resumedFrom: firstStep === 0 ? null : `step-${firstStep}`,
    });
  }

  step(step: number, loss: number | null = 1 / step): string {
    return this.line('step', { step, epoch: step / 10, loss, learningRate: 1e-3, gradNorm: 1, tokens: 100, trainedTokens: 50, seconds: 0.5 });
  }

  steps(from: number, to: number): string {
    let text = '';
    for (let step = from; step <= to; step += 1) text += this.step(step);
    return text;
  }

  telemetry(step: number): string {
    return this.line('telemetry', { step, cpuPercent: 50, rssBytes: 1e9, gpuPercent: null, gpuMemoryBytes: null, gpuMemoryTotalBytes: null, gpuTemperatureC: null, gpuPowerW: null });
  }
}
