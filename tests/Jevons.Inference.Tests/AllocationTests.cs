namespace Jevons.Inference.Tests;

public class AllocationTests
{
    [Theory]
    [InlineData(0, 0f)]
    [InlineData(2, 0f)]
    [InlineData(0, 0.8f)]
    public void TwoHundredAndFiftySixDecodeSteps_AllocateNothing(int draftTokens, float temperature)
    {
        using Harness harness = new(pages: 200, draftTokens: draftTokens, check: false);
        SamplingParams parameters = new() { Temperature = temperature, TopK = 30, TopP = 0.9f, MinP = 0.01f, RepetitionPenalty = 1.1f };
        CountingSink sink = new();
        for (int i = 0; i < 3; i++)
        {
            Sampler sampler = new(parameters, (ulong)i, harness.Workspace);
            harness.Scheduler.Add(new Sequence(i, Harness.Prompt(100 + i, i), 2000, SequenceForms.Mixed, sampler, sink));
        }

        for (int i = 0; i < 300; i++)
        {
            harness.Loop.Step();
        }

        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 256; i++)
        {
            harness.Loop.Step();
        }

        Assert.Equal(0, GC.GetTotalAllocatedBytes(precise: true) - before);
        Assert.True(sink.Tokens >= 3 * 550);
    }

    private sealed class CountingSink : ITokenSink
    {
        public int Tokens { get; private set; }

        public void OnPrompt(Sequence sequence)
        {
        }

        public TokenVerdict OnToken(Sequence sequence, SampledToken token, bool isStop)
        {
            Tokens++;
            return TokenVerdict.Continue;
        }

        public void OnFinished(Sequence sequence, Exception? error)
        {
        }
    }
}
