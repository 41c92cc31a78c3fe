/**
 * A worked example for each question that a small model is asked, all about one agent that nobody asked for. The words are
 * ours; what a model answers is refused where it is one of these answers again.
 */
export const exampleNeed = { need: 'Write short news about the weather.', constraints: '' };

export const exampleStrategy = { approach: 'It greets the reader, tells the weather of the day in warm words, and wishes a good day.', tag: 'Warm Forecast' };

export const examplePrompt = 'You greet the reader. You tell the weather of the day in warm words: sun, rain, and how warm it is. You end with a good wish for the day.';

export const exampleInput = 'Monday in Oxford: rain from 9 to 14, 11 degrees, strong wind from the west.';

export const exampleAnswered = { input: 1, given: exampleInput, answered: 'The weather is interesting. There are many kinds of weather.', score: 2, comment: 'It does not say what the weather is.' };

export const exampleAspect = { aspect: 'saying what the figures say', direction: 'more' as const };

export const exampleIdea = { hypothesis: 'The answer talks about weather in general and not about the day.', change: 'Name the temperature and the rain of the day in the first sentence.' };

export const exampleInstruction = 'Name the temperature and the rain of the day in the first sentence.';

export const exampleQuestion = 'Why is this answer bad?';

export const exampleReply = 'It talks about weather in general, and a reader wants to know if it will rain today.';
