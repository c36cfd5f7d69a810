using System.Text.Json;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Syntax;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates;

/// <summary>
/// A model's chat template: Jinja with the semantics of the environment in which Hugging Face transformers runs
/// <c>apply_chat_template</c> (immutable sandbox, trimmed blocks, loop controls, <c>raise_exception</c>, <c>strftime_now</c>,
/// <c>tojson</c>, <c>generation</c> blocks). Immutable and thread-safe; every render is bounded by <see cref="RenderLimits"/>.
/// </summary>
/// <remarks>
/// Left out, because a chat template stands alone and renders the same text every time: <c>include</c>, <c>import</c>,
/// <c>extends</c>, <c>autoescape</c>, the filters <c>random</c>, <c>pprint</c> and <c>urlize</c>, the function <c>lipsum</c>.
/// </remarks>
public sealed class ChatTemplate
{
    private readonly SourceText _text;
    private readonly IReadOnlyList<Stmt> _body;

    private ChatTemplate(string source, SourceText text, IReadOnlyList<Stmt> body)
    {
        Source = source;
        _text = text;
        _body = body;
    }

    /// <summary>The template's text as given.</summary>
    public string Source { get; }

    /// <summary>Parses a template.</summary>
    /// <param name="source">Jinja text.</param>
    /// <returns>The template.</returns>
    /// <exception cref="JinjaException">The text does not parse; the message tells the line, the column, and what was expected.</exception>
    public static ChatTemplate Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        SourceText text = new(source);
        return new ChatTemplate(source, text, Parser.Parse(text));
    }

    /// <summary>Renders to one text.</summary>
    /// <param name="context">The variables.</param>
    /// <param name="options">The date and the budgets; null for the defaults.</param>
    /// <returns>The text.</returns>
    /// <exception cref="JinjaException">
    /// The template raises, or does what its values do not allow, or spends a budget; see <see cref="JinjaException.Kind"/>.
    /// </exception>
    public string Render(TemplateContext context, RenderOptions? options = null) => Run(context, options).ToString();

    /// <summary>Renders to one text from a JSON object of variables; see <see cref="Render(TemplateContext, RenderOptions?)"/>.</summary>
    /// <param name="context">The variables.</param>
    /// <param name="options">The date and the budgets; null for the defaults.</param>
    /// <returns>The text.</returns>
    public string Render(JsonElement context, RenderOptions? options = null) => Render(TemplateContext.FromJson(context), options);

    /// <summary>
    /// Renders to parts that tell the template's own text from content; neighbouring parts differ in origin and together
    /// they are exactly the text of <see cref="Render(TemplateContext, RenderOptions?)"/>.
    /// </summary>
    /// <param name="context">The variables.</param>
    /// <param name="options">The date and the budgets; null for the defaults.</param>
    /// <returns>The parts in order.</returns>
    public IReadOnlyList<RenderedPart> RenderParts(TemplateContext context, RenderOptions? options = null) => Run(context, options).ToParts();

    /// <summary>Renders a conversation to one text; see <see cref="RenderChatParts"/>.</summary>
    /// <param name="messages">The turns in order.</param>
    /// <param name="options">Tools, token strings and the like; null for the defaults.</param>
    /// <returns>The text.</returns>
    public string RenderChat(IReadOnlyList<ChatMessage> messages, ChatRenderOptions? options = null) => RunChat(messages, options).ToString();

    /// <summary>
    /// Renders a conversation to parts. A template that refuses or drops a system message gets it folded into the first user
    /// message (see <see cref="ChatRenderOptions.FoldSystemPrompt"/>), and one that needs the arguments of tool calls as text, or
    /// empty text for missing content, gets those.
    /// </summary>
    /// <param name="messages">The turns in order.</param>
    /// <param name="options">Tools, token strings and the like; null for the defaults.</param>
    /// <returns>The parts in order; see <see cref="RenderedPart"/>.</returns>
    /// <exception cref="JinjaException">The template accepts the conversation in no form; this is its first complaint.</exception>
    public IReadOnlyList<RenderedPart> RenderChatParts(IReadOnlyList<ChatMessage> messages, ChatRenderOptions? options = null) =>
        RunChat(messages, options).ToParts();

    private JinjaStringBuilder RunChat(IReadOnlyList<ChatMessage> messages, ChatRenderOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        options ??= ChatRenderOptions.Default;
        return new Conversation(messages, options).Render(context => Run(context, options.Render));
    }

    private JinjaStringBuilder Run(TemplateContext context, RenderOptions? options)
    {
        ArgumentNullException.ThrowIfNull(context);
        options ??= RenderOptions.Default;
        options.Limits.Validate();
        return Renderer.Render(_text, _body, context.Variables, options);
    }
}
