using Jevons.Inference;
using Jevons.Tokenization;

namespace Jevons.Training;

/// <summary>
/// Turns samples into sequences with labels. Of a conversation the assistant's turns count, thinking and end of turn included;
/// what the template writes and what others say does not. A prompt is encoded as it is when the model runs, so that training
/// and running see the same tokens. Thread-safe as the model's description is.
/// </summary>
/// <param name="model">Tokenizer and chat template.</param>
/// <param name="maxLength">Tokens of a sequence at most.</param>
public sealed class SampleEncoder(ModelDescription model, int maxLength)
{
    private readonly Tokenizer _tokenizer = model.Tokenizer
        ?? throw new InvalidDataException($"{model.Name} has no tokenizer, so text cannot be trained on; name a folder or file that has one");

    /// <summary>Encodes a sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <returns>
    /// One sequence or several: a long text is cut into pieces; a conversation whose template rewrites earlier turns (as R1's
    /// drops their thinking) gives one for each assistant's turn.
    /// </returns>
    /// <exception cref="InvalidDataException">The model's template cannot render the conversation, or nothing of it fits.</exception>
    public IReadOnlyList<TrainingSequence> Encode(Sample sample) => sample switch
    {
        Sample.Plain plain => Pieces(Ended(_tokenizer.Encode(plain.Text, parseSpecial: false))),
        Sample.Completion completion => [Cut(sample, Joined(_tokenizer.Encode(completion.Prompt, parseSpecial: false), Tail(completion.Text)))],
        Sample.Chat chat => Chat(chat),
        _ => throw new ArgumentException($"no sample of type {sample.GetType().Name}", nameof(sample)),
    };

    private List<TrainingSequence> Chat(Sample.Chat chat)
    {
        List<int> ids = [];
        List<int> labels = [];
        List<TrainingSequence> finished = [];
        for (int i = 0; i < chat.Turns.Count; i++)
        {
            if (chat.Turns[i].Role != "assistant")
            {
                continue;
            }

            ChatPrompt prompt = Prompt(chat, i);
            int[] before = [.. prompt.Tokens];
            if (!before.AsSpan().StartsWith(ids.ToArray()))
            {
                finished.Add(Cut(chat, (ids, labels)));
                ids = [];
                labels = [];
            }

            labels.AddRange(Enumerable.Repeat(TrainingSequence.Ignored, before.Length - ids.Count));
            ids.AddRange(before[ids.Count..]);
            foreach (int token in Tail(WithoutOpening(prompt, chat.Turns[i].Content)))
            {
                ids.Add(token);
                labels.Add(token);
            }
        }

        finished.Add(Cut(chat, (ids, labels)));
        return finished;
    }

    private ChatPrompt Prompt(Sample.Chat chat, int turn)
    {
        try
        {
            return PromptBuilder.Build(model, [.. chat.Turns.Take(turn)], new PromptOptions());
        }
        catch (Tokenization.ChatTemplates.JinjaException e)
        {
            throw new InvalidDataException($"{chat.Source}: the chat template of {model.Name} refuses the conversation: {e.Message}", e);
        }
    }

    // Where the prompt opens the thinking already, the turn's own opening tag would be a second one.
    private string WithoutOpening(ChatPrompt prompt, string content)
    {
        string open = model.ThinkingTags?.Open ?? "";
        return prompt.StartsInThinking && content.StartsWith(open, StringComparison.Ordinal) ? content[open.Length..].TrimStart('\n') : content;
    }

    // A turn as the model writes it: its text, in which thinking tags are tokens, and the end of the turn.
    private int[] Tail(string content) => Ended(EncodeTurn(content));

    private int[] EncodeTurn(string content)
    {
        if (model.ThinkingTags is not { AreTokens: true } tags)
        {
            return EncodeText(content);
        }

        List<int> ids = [];
        int at = 0;
        while (at < content.Length)
        {
            int open = Next(content, tags.Open, at);
            int close = Next(content, tags.Close, at);
            int first = Math.Min(open, close);
            ids.AddRange(EncodeText(content[at..first]));
            if (first < content.Length)
            {
                ids.Add(first == open ? tags.OpenId!.Value : tags.CloseId!.Value);
            }

            at = first == content.Length ? first : first + (first == open ? tags.Open : tags.Close).Length;
        }

        return [.. ids];

        static int Next(string text, string tag, int at)
        {
            int found = text.IndexOf(tag, at, StringComparison.Ordinal);
            return found < 0 ? text.Length : found;
        }
    }

    // Without the BOS that a text of its own would get.
    private int[] EncodeText(string text) => text.Length == 0 ? [] : _tokenizer.Encode([new PromptPart(text, IsTemplate: false)]);

    private int[] Ended(int[] ids) => _tokenizer.EosId is int eos && (ids.Length == 0 || ids[^1] != eos) ? [.. ids, eos] : ids;

    private List<TrainingSequence> Pieces(int[] ids)
    {
        // The last token of a piece is the first of the next, so that every token but the first is predicted once.
        List<TrainingSequence> pieces = [];
        for (int first = 0; first < ids.Length - 1 || pieces.Count == 0; first += maxLength - 1)
        {
            int[] piece = ids[first..Math.Min(ids.Length, first + maxLength)];
            pieces.Add(new TrainingSequence(piece, piece));
        }

        return pieces;
    }

    private static (List<int> Ids, List<int> Labels) Joined(int[] prompt, int[] tail) =>
        ([.. prompt, .. tail], [.. Enumerable.Repeat(TrainingSequence.Ignored, prompt.Length), .. tail]);

    private TrainingSequence Cut(Sample sample, (List<int> Ids, List<int> Labels) sequence)
    {
        int length = Math.Min(sequence.Ids.Count, maxLength);
        int[] labels = [.. sequence.Labels.Take(length)];
        return Array.Exists(labels[1..], l => l != TrainingSequence.Ignored)
            ? new TrainingSequence([.. sequence.Ids.Take(length)], labels)
            : throw new InvalidDataException(
                $"{sample.Source}: the prompt fills {sequence.Labels.FindIndex(l => l != TrainingSequence.Ignored)} tokens and max_length is {maxLength}: nothing that counts is left; raise max_length or shorten the prompt");
    }
}
