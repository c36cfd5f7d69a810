namespace Jevons.Inference;

/// <summary>
/// A conversation that reuses, in every turn, the pages of the last: the prompt is rendered anew (past thoughts are left out,
/// as reasoning models expect), and what it shares with the tokens computed before is found in cached pages. Not
/// thread-safe; one answer at a time.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="engine">An engine over it.</param>
public sealed class ChatSession(Model model, Engine engine)
{
    private readonly List<ChatTurn> _turns = [];
    private IReadOnlyList<int> _prompt = [];
    private int[] _tokens = [];
    private bool[] _absorbed = [];

    /// <summary>The turns so far, oldest first.</summary>
    public IReadOnlyList<ChatTurn> Turns => _turns;

    /// <summary>Sampling of the answers.</summary>
    public SamplingParams Sampling { get; set; } = model.SamplingDefaults.Sampling;

    /// <summary>What the template is told besides the turns.</summary>
    public PromptOptions Prompt { get; set; } = new();

    /// <summary>Adds a turn without asking for an answer: a system instruction, a resumed conversation.</summary>
    /// <param name="turn">The turn.</param>
    public void Add(ChatTurn turn) => _turns.Add(turn);

    /// <summary>Removes the last turn, if there is one.</summary>
    /// <returns>The removed turn, or null.</returns>
    public ChatTurn? RemoveLast()
    {
        if (_turns.Count == 0)
        {
            return null;
        }

        ChatTurn last = _turns[^1];
        _turns.RemoveAt(_turns.Count - 1);
        return last;
    }

    /// <summary>Forgets the conversation; its pages stay cached until they are needed.</summary>
    public void Clear() => _turns.Clear();

    /// <summary>Starts to answer the conversation as it stands.</summary>
    /// <param name="cancellationToken">Stops the answer.</param>
    /// <returns>The running answer; give its result to <see cref="Complete"/> when it has ended.</returns>
    /// <exception cref="ContextLengthException">The conversation no longer fits the context.</exception>
    public Generation Answer(CancellationToken cancellationToken = default)
    {
        ChatPrompt prompt = model.BuildPrompt(_turns, Prompt);
        _prompt = prompt.Tokens;
        return engine.Generate(
            new GenerationRequest
            {
                Prompt = prompt.Tokens,
                Sampling = Sampling,
                ContinuesText = false,
                PromptForms = CommonForms(prompt.Tokens),
            },
            cancellationToken);
    }

    /// <summary>Adds a person's turn and starts to answer it.</summary>
    /// <param name="text">What the person says.</param>
    /// <param name="cancellationToken">Stops the answer.</param>
    /// <returns>The running answer.</returns>
    public Generation Ask(string text, CancellationToken cancellationToken = default)
    {
        Add(ChatTurn.User(text));
        return Answer(cancellationToken);
    }

    /// <summary>Takes an answer, whole or stopped, into the conversation.</summary>
    /// <param name="result">The answer to the last <see cref="Answer"/> or <see cref="Ask"/>.</param>
    public void Complete(GenerationResult result)
    {
        Add(ChatTurn.Assistant(result.Text));
        _tokens = [.. _prompt, .. result.Tokens];
        _absorbed = [.. result.Absorbed];
    }

    private bool[] CommonForms(IReadOnlyList<int> prompt)
    {
        int common = 0;
        while (common < prompt.Count && common < _absorbed.Length && prompt[common] == _tokens[common])
        {
            common++;
        }

        return _absorbed[..common];
    }
}
