using System.Text;

namespace Jevons.Training.Tests;

public class SampleReaderTests
{
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"2+2?"},{"role":"assistant","content":"4"}]}""")]
    [InlineData("""{"conversations":[{"from":"human","value":"2+2?"},{"from":"gpt","value":"4"}]}""")]
    [InlineData("""{"instruction":"2+2?","input":"","output":"4"}""")]
    [InlineData("""{"prompt":[{"role":"user","content":"2+2?"}],"completion":"4"}""")]
    public void EveryUsualShape_IsTheSameConversation(string line)
    {
        Sample.Chat chat = Assert.IsType<Sample.Chat>(SampleReader.Parse(line, "x"));
        Assert.Equal("user: 2+2?|assistant: 4", string.Join('|', chat.Turns.Select(t => $"{t.Role}: {t.Content}")));
    }

    [Fact]
    public void TextAndCompletions_AreReadInOrder_BlankLinesSkipped()
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes("{\"text\":\"a\"}\n\n{\"prompt\":\"p\",\"completion\":\"c\"}\n"));
        Sample[] samples = [.. SampleReader.Read(stream, "d.jsonl")];
        Assert.Equal("a", Assert.IsType<Sample.Plain>(samples[0]).Text);
        Assert.Equal(("p", "c"), (((Sample.Completion)samples[1]).Prompt, ((Sample.Completion)samples[1]).Text));
        Assert.Equal("d.jsonl: line 3", samples[1].Source);
    }

    [Fact]
    public void ReasoningContent_BecomesTheTurnsThinking()
    {
        Sample.Chat chat = (Sample.Chat)SampleReader.Parse(
            """{"messages":[{"role":"user","content":"q"},{"role":"assistant","reasoning_content":"hm","content":"a"}]}""", "x");
        Assert.Equal("<think>\nhm\n</think>\n\na", chat.Turns[1].Content);
    }

    [Theory]
    [InlineData("{\"text\":1}", "\"text\" is a JSON number, expected text")]
    [InlineData("{\"txt\":\"a\"}", "an object with \"txt\", expected")]
    [InlineData("[1]", "a JSON array, expected an object")]
    [InlineData("{\"text\":\"a\"", "column 12: not JSON")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}", "without an assistant's turn")]
    [InlineData("{\"messages\":[{\"role\":\"robot\",\"content\":\"a\"}]}", "said by \"robot\"")]
    [InlineData("{\"messages\":[{\"rol\":\"user\"}]}", "\"messages\"[0] is no object with \"role\" and \"content\"")]
    public void ALineThatIsNoSample_NamesThePlaceAndWhatWasFound(string line, string message)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes("{\"text\":\"fine\"}\n" + line + "\n"));
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => SampleReader.Read(stream, "d.jsonl").ToArray());
        Assert.Contains("d.jsonl: line 2", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }
}
