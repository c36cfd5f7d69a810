using FsCheck;
using FsCheck.Fluent;
using Jevons.Numerics;

namespace Jevons.Inference.Tests;

public class BlockManagerTests
{
    private static readonly SamplerWorkspace s_workspace = new(1000, FakeRunner.Kernels);

    private static Sequence NewSequence(int[] tokens, bool share = true, SequenceForms forms = default)
    {
        Sequence sequence = new(0, tokens, 1, forms, new Sampler(SamplingParams.Greedy, 0, s_workspace), new RecordingSink()) { SharesPages = share };
        sequence.Reserve(tokens.Length + 1);
        return sequence;
    }

    private static void Compute(BlockManager blocks, Sequence sequence)
    {
        Assert.Equal(PageResult.Granted, blocks.TryGrow(sequence, sequence.Length));
        sequence.Computed = sequence.Length;
        blocks.Commit(sequence);
    }

    [Fact]
    public void FullEqualPages_AreShared_AndTheLastTokenIsNeverCovered()
    {
        BlockManager blocks = new(10);
        Sequence a = NewSequence(Harness.Prompt(192));
        Compute(blocks, a);
        Sequence b = NewSequence(Harness.Prompt(192));
        Assert.Equal(2, blocks.CountCachedPages(b));
        Assert.Equal(128, blocks.AttachPrefix(b));
        Assert.Equal(a.Pages[..2].ToArray(), b.Pages.ToArray());
        Assert.Equal([2, 2, 1], a.Pages.ToArray().Select(blocks.References));
        blocks.Release(a);
        blocks.Release(b);
        Assert.Equal(0, blocks.UsedCount);
        Assert.Equal(3, blocks.RetainedCount);
    }

    [Fact]
    public void PagesOfAnotherFormOrOfAPrivateSequence_AreNotShared()
    {
        BlockManager blocks = new(10);
        Compute(blocks, NewSequence(Harness.Prompt(130)));
        Compute(blocks, NewSequence(Harness.Prompt(130, 5), share: false));
        Assert.Equal(2, blocks.CountCachedPages(NewSequence(Harness.Prompt(130))));
        Assert.Equal(0, blocks.CountCachedPages(NewSequence(Harness.Prompt(130), forms: SequenceForms.Absorbed)));
        Assert.Equal(0, blocks.CountCachedPages(NewSequence(Harness.Prompt(130), share: false)));
        Assert.Equal(0, blocks.CountCachedPages(NewSequence(Harness.Prompt(130, 5))));
    }

    [Fact]
    public void ALaterPageIsNotFound_WhenAnEarlierOneDiffers()
    {
        BlockManager blocks = new(10);
        int[] first = Harness.Prompt(200);
        Compute(blocks, NewSequence(first));
        int[] second = [.. first];
        second[3]++;
        Assert.Equal(0, blocks.CountCachedPages(NewSequence(second)));
    }

    [Fact]
    public void TheLeastRecentlyUsedChain_IsGivenUpFromItsEnd()
    {
        BlockManager blocks = new(6);
        Sequence old = NewSequence(Harness.Prompt(192));
        Compute(blocks, old);
        blocks.Release(old);
        Sequence recent = NewSequence(Harness.Prompt(192, 1));
        Compute(blocks, recent);
        blocks.Release(recent);
        Sequence needs = NewSequence(Harness.Prompt(64, 2), share: false);
        Assert.Equal(PageResult.Granted, blocks.TryGrow(needs, 64));
        Assert.Equal(2, blocks.CountCachedPages(NewSequence([.. Harness.Prompt(192), 1])));
        Assert.Equal(3, blocks.CountCachedPages(NewSequence([.. Harness.Prompt(192, 1), 1])));
    }

    [Fact]
    public void RunningOut_ChangesNothing()
    {
        BlockManager blocks = new(3);
        Sequence a = NewSequence(Harness.Prompt(100));
        Compute(blocks, a);
        Sequence b = NewSequence(Harness.Prompt(100, 1));
        Assert.Equal(PageResult.OutOfPages, blocks.TryGrow(b, 100));
        Assert.Equal(0, b.PageCount);
        Assert.Equal(1, blocks.FreeCount);
    }

    [Fact]
    public void AFork_SharesFullPagesAndCopiesThePartialOne()
    {
        BlockManager blocks = new(5);
        Sequence parent = NewSequence(Harness.Prompt(100));
        Compute(blocks, parent);
        Sequence child = NewSequence(Harness.Prompt(100));
        Assert.Equal(PageResult.Granted, blocks.Fork(parent, child, out PageCopy? copy));
        Assert.Equal(new PageCopy(parent.Pages[1], child.Pages[1]), copy);
        Assert.Equal(parent.Pages[0], child.Pages[0]);
        Assert.NotEqual(parent.Pages[1], child.Pages[1]);
    }

    [Fact]
    public void RandomOperations_KeepReferencesBalanced()
    {
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
            seed =>
            {
                SeededRandom random = new((ulong)seed);
                BlockManager blocks = new(1 + random.NextInt32(12));
                List<Sequence> live = [];
                for (int i = 0; i < 200; i++)
                {
                    switch (random.NextInt32(4))
                    {
                        case 0:
                            Sequence added = NewSequence(Harness.Prompt(1 + random.NextInt32(300), random.NextInt32(2)), random.NextInt32(5) != 0);
                            blocks.AttachPrefix(added);
                            live.Add(added);
                            break;
                        case 1 when live.Count > 0:
                            Sequence grown = live[random.NextInt32(live.Count)];
                            int target = grown.Computed + random.NextInt32(grown.Length - grown.Computed + 1);
                            if (blocks.TryGrow(grown, target) == PageResult.Granted)
                            {
                                grown.Computed = target;
                                blocks.Commit(grown);
                            }

                            break;
                        case 2 when live.Count > 0:
                            Sequence parent = live[random.NextInt32(live.Count)];
                            Sequence child = NewSequence(parent.Tokens.ToArray(), parent.SharesPages);
                            if (blocks.Fork(parent, child, out _) == PageResult.Granted)
                            {
                                live.Add(child);
                            }

                            break;
                        case 3 when live.Count > 0:
                            Sequence gone = live[random.NextInt32(live.Count)];
                            blocks.Release(gone);
                            live.Remove(gone);
                            break;
                    }

                    AssertBalanced(blocks, live);
                }

                live.ForEach(blocks.Release);
                Assert.Equal(blocks.PageCount, blocks.FreeCount);
                Assert.All(Enumerable.Range(0, blocks.PageCount), page => Assert.Equal(0, blocks.References(page)));
            }).QuickCheckThrowOnFailure();
    }

    private static void AssertBalanced(BlockManager blocks, List<Sequence> live)
    {
        Dictionary<int, int> expected = [];
        foreach (Sequence sequence in live)
        {
            foreach (int page in sequence.Pages)
            {
                expected[page] = expected.GetValueOrDefault(page) + 1;
            }
        }

        Assert.Equal(expected.Count, blocks.UsedCount);
        for (int page = 0; page < blocks.PageCount; page++)
        {
            Assert.Equal(expected.GetValueOrDefault(page), blocks.References(page));
        }
    }
}
