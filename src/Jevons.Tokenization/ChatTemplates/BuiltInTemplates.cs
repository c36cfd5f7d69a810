namespace Jevons.Tokenization.ChatTemplates;

/// <summary>Templates for model files that carry none. The caller chooses by name; nothing is guessed.</summary>
public static class BuiltInTemplates
{
    private const string ChatMlText = """
        {%- for message in messages -%}
            {%- set text = message.content or '' -%}
            {%- if message.role == 'assistant' and '</think>' in text -%}
                {%- set text = text.split('</think>')[-1].lstrip('\n') -%}
            {%- endif -%}
            {{- '<|im_start|>' + message.role + '\n' + text + '<|im_end|>\n' -}}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
            {{- '<|im_start|>assistant\n' -}}
        {%- endif -%}
        """;

    private const string DeepSeekR1Text = """
        {%- set state = namespace(system='', tool_results=0) -%}
        {%- for message in messages if message.role == 'system' -%}
            {%- set state.system = state.system + ('\n\n' if state.system else '') + message.content -%}
        {%- endfor -%}
        {{- (bos_token or '<｜begin▁of▁sentence｜>') + state.system -}}
        {%- for message in messages if message.role != 'system' -%}
            {%- if message.role == 'tool' -%}
                {{- '\n' if state.tool_results else '<｜tool▁outputs▁begin｜>' -}}
                {{- '<｜tool▁output▁begin｜>' + message.content + '<｜tool▁output▁end｜>' -}}
                {%- set state.tool_results = state.tool_results + 1 -%}
            {%- else -%}
                {%- set answers_tools = state.tool_results > 0 -%}
                {%- if answers_tools -%}
                    {{- '<｜tool▁outputs▁end｜>' -}}
                    {%- set state.tool_results = 0 -%}
                {%- endif -%}
                {%- if message.role == 'user' -%}
                    {{- '<｜User｜>' + message.content -}}
                {%- elif message.role == 'assistant' -%}
                    {{- '' if answers_tools else '<｜Assistant｜>' -}}
                    {{- (message.content or '').split('</think>')[-1] -}}
                    {%- for call in message.tool_calls or [] -%}
                        {%- set arguments = call.function.arguments -%}
                        {{- '<｜tool▁calls▁begin｜>' if loop.first else '\n' -}}
                        {{- '<｜tool▁call▁begin｜>function<｜tool▁sep｜>' + call.function.name + '\n```json\n' -}}
                        {{- arguments if arguments is string else arguments | tojson -}}
                        {{- '\n```<｜tool▁call▁end｜>' + ('<｜tool▁calls▁end｜>' if loop.last else '') -}}
                    {%- endfor -%}
                    {{- '<｜end▁of▁sentence｜>' -}}
                {%- else -%}
                    {{- raise_exception('unknown role: ' + message.role) -}}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if state.tool_results -%}
            {{- '<｜tool▁outputs▁end｜>' -}}
        {%- elif add_generation_prompt -%}
            {{- '<｜Assistant｜><think>\n' -}}
            {%- if enable_thinking is defined and not enable_thinking -%}
                {{- '\n</think>\n\n' -}}
            {%- endif -%}
        {%- endif -%}
        """;

    private static readonly Lazy<ChatTemplate> s_chatMl = new(() => ChatTemplate.Parse(ChatMlText));
    private static readonly Lazy<ChatTemplate> s_deepSeekR1 = new(() => ChatTemplate.Parse(DeepSeekR1Text));

    /// <summary>The names that <see cref="Find"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["chatml", "deepseek-r1"];

    /// <summary>Turns between <c>&lt;|im_start|&gt;role</c> and <c>&lt;|im_end|&gt;</c>, thoughts of earlier turns cut off.</summary>
    public static ChatTemplate ChatMl => s_chatMl.Value;

    /// <summary>
    /// The form of DeepSeek-R1 and its distills: the system text first, turns after <c>&lt;｜User｜&gt;</c> and
    /// <c>&lt;｜Assistant｜&gt;</c> without line ends, thoughts of earlier turns cut off, an opened think tag at the end
    /// (closed again, with nothing in it, where <c>enable_thinking</c> is false).
    /// </summary>
    public static ChatTemplate DeepSeekR1 => s_deepSeekR1.Value;

    /// <summary>The template of a name, or null.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The template, or null when there is none of this name.</returns>
    public static ChatTemplate? Find(string name) => name switch
    {
        "chatml" => ChatMl,
        "deepseek-r1" => DeepSeekR1,
        _ => null,
    };
}
