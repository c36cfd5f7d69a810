using System.Text.Json;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Tokenization.Tests.ChatTemplates;

/// <summary>Typed conversations, built-in templates, and what becomes of thoughts, tools and system messages.</summary>
public static class ChatTests
{
    private const string Plain =
        "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% if m.reasoning_content %}({{ m.reasoning_content }}){% endif %}{% endfor %}";

    private static readonly ChatMessage[] s_thoughtful =
    [
        new("user", "1+1?"),
        new("assistant", "2") { Thinking = "easy" },
        new("user", "thanks"),
    ];

    public static IEnumerable<TheoryDataRow<string>> R1Templates()
    {
        string[] names = [.. TemplateData.AllTemplates().Keys.Where(n => n.Contains("DeepSeek-R1-Distill", StringComparison.Ordinal))];
        return names.Length == 0 ? [new TheoryDataRow<string>("absent")] : names.Select(n => new TheoryDataRow<string>(n));
    }

    [Theory]
    [MemberData(nameof(R1Templates), DisableDiscoveryEnumeration = true)]
    public static void DeepSeekR1_Conversation_EqualsThePublishedTemplate(string name)
    {
        Assert.SkipWhen(name == "absent", "reference data is absent: data/chat-templates (set JEVONS_SHARED)");
        ChatTemplate published = ChatTemplate.Parse(TemplateData.AllTemplates()[name]);
        ChatRenderOptions options = new() { BosToken = "<｜begin▁of▁sentence｜>", PastThinking = PastThinking.InContent, EnableThinking = true };
        foreach (IReadOnlyList<ChatMessage> conversation in (IReadOnlyList<ChatMessage>[])[s_thoughtful, [new("system", "Be brief."), .. s_thoughtful]])
        {
            // The published templates keep the line ends that followed the thought; so does this one.
            Assert.Equal(published.RenderChat(conversation, options), BuiltInTemplates.DeepSeekR1.RenderChat(conversation, options));
        }
    }

    [Fact]
    public static void DeepSeekR1_Tools_FollowTheDocumentedForm()
    {
        ChatMessage[] messages =
        [
            new("user", "Weather?"),
            new("assistant", null) { ToolCalls = [new("get", """{"city": "Paris"}"""), new("get", """{"city": "Rome"}""")] },
            new("tool", "21"),
            new("tool", "25"),
            new("assistant", "Warm."),
            new("user", "Thanks"),
        ];
        Assert.Equal(
            "<｜begin▁of▁sentence｜><｜User｜>Weather?<｜Assistant｜><｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get\n```json\n"
            + "{\"city\": \"Paris\"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>get\n```json\n{\"city\": \"Rome\"}\n```<｜tool▁call▁end｜>"
            + "<｜tool▁calls▁end｜><｜end▁of▁sentence｜><｜tool▁outputs▁begin｜><｜tool▁output▁begin｜>21<｜tool▁output▁end｜>\n<｜tool▁output▁begin｜>25"
            + "<｜tool▁output▁end｜><｜tool▁outputs▁end｜>Warm.<｜end▁of▁sentence｜><｜User｜>Thanks<｜Assistant｜><think>\n",
            BuiltInTemplates.DeepSeekR1.RenderChat(messages));
    }

    [Fact]
    public static void DeepSeekR1_ThinkingSwitchedOff_ClosesAnEmptyThought()
    {
        Assert.Equal(
            "<｜begin▁of▁sentence｜><｜User｜>Hi<｜Assistant｜><think>\n\n</think>\n\n",
            BuiltInTemplates.DeepSeekR1.RenderChat([new("user", "Hi")], new ChatRenderOptions { EnableThinking = false }));
    }

    [Fact]
    public static void ChatMl_Conversation_CutsThoughts()
    {
        Assert.Equal(
            "<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n2<|im_end|>\n<|im_start|>user\nthanks<|im_end|>\n<|im_start|>assistant\n",
            BuiltInTemplates.ChatMl.RenderChat(s_thoughtful, new ChatRenderOptions { PastThinking = PastThinking.InContent }));
    }

    [Fact]
    public static void Find_Names_AllGiveATemplate()
    {
        Assert.NotEmpty(BuiltInTemplates.Names);
        Assert.All(BuiltInTemplates.Names, n => Assert.NotNull(BuiltInTemplates.Find(n)));
        Assert.Null(BuiltInTemplates.Find("no such template"));
    }

    [Theory]
    [InlineData(PastThinking.TemplateDecides, "[user]1+1?[assistant]2(easy)[user]thanks")]
    [InlineData(PastThinking.Dropped, "[user]1+1?[assistant]2[user]thanks")]
    [InlineData(PastThinking.InContent, "[user]1+1?[assistant]<think>\neasy\n</think>\n\n2[user]thanks")]
    public static void RenderChat_PastThinking_GoesWhereAsked(PastThinking past, string expected)
    {
        Assert.Equal(expected, ChatTemplate.Parse(Plain).RenderChat(s_thoughtful, new ChatRenderOptions { PastThinking = past }));
    }

    [Theory]
    [InlineData("{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}[{{ m.role }}]{{ m.content }}{% endfor %}")]
    [InlineData("{% for m in messages if m.role != 'system' %}[{{ m.role }}]{{ m.content }}{% endfor %}")]
    public static void RenderChat_SystemNotAccepted_IsFoldedIntoTheFirstUserMessage(string source)
    {
        ChatTemplate template = ChatTemplate.Parse(source);
        ChatMessage[] messages = [new("system", "Be brief."), new("user", "Hi")];
        Assert.Equal("[user]Be brief.\nHi", template.RenderChat(messages));
    }

    [Fact]
    public static void RenderChat_SystemNotAcceptedAndFoldingOff_Raises()
    {
        ChatTemplate template = ChatTemplate.Parse("{{ raise_exception('no system') if messages[0].role == 'system' }}");
        JinjaException e = Assert.Throws<JinjaException>(() =>
            template.RenderChat([new("system", "Be brief."), new("user", "Hi")], new ChatRenderOptions { FoldSystemPrompt = false }));
        Assert.Equal((JinjaErrorKind.Raised, "no system"), (e.Kind, e.Message));
    }

    [Theory]
    [InlineData("{{ messages[1].tool_calls[0].function.arguments | tojson }}")]
    [InlineData("{{ '' + messages[1].tool_calls[0].function.arguments }}")]
    [InlineData("{{ messages[1].tool_calls[0].function.arguments }}")]
    [InlineData("{{ messages[1].content + '' }}{{ messages[1].tool_calls[0].function.arguments }}")]
    public static void RenderChat_ToolArguments_ComeInTheFormTheTemplateNeeds(string source)
    {
        ChatMessage[] messages = [new("user", "?"), new("assistant", null) { ToolCalls = [new("f", """{"a": 1}""", "id1")] }];
        Assert.Equal("""{"a": 1}""", ChatTemplate.Parse(source).RenderChat(messages));
    }

    [Fact]
    public static void RenderChat_Options_BecomeVariables()
    {
        using JsonDocument tool = JsonDocument.Parse("""{"type": "function"}""");
        using JsonDocument extra = JsonDocument.Parse("\"high\"");
        ChatRenderOptions options = new()
        {
            AddGenerationPrompt = false,
            BosToken = "<s>",
            EosToken = "</s>",
            EnableThinking = false,
            Tools = [tool.RootElement.Clone()],
            Variables = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["reasoning_effort"] = extra.RootElement.Clone() },
        };
        ChatTemplate template = ChatTemplate.Parse(
            "{{ [add_generation_prompt, bos_token, eos_token, enable_thinking, thinking, tools, reasoning_effort] | tojson }}{{ messages[0] | tojson }}");
        Assert.Equal(
            """[false, "<s>", "</s>", false, false, [{"type": "function"}], "high"]{"role": "tool", "content": "x", "name": "f", "tool_call_id": "1"}""",
            template.RenderChat([new ChatMessage("tool", "x") { Name = "f", ToolCallId = "1" }], options));
    }

    [Fact]
    public static void RenderChat_UnsetOptions_AreUndefined()
    {
        Assert.Equal(
            "FalseFalseFalseFalse",
            ChatTemplate.Parse("{{ tools is defined }}{{ bos_token is defined }}{{ enable_thinking is defined }}{{ messages[0].name is defined }}")
                .RenderChat([new("user", "x")]));
    }
}
