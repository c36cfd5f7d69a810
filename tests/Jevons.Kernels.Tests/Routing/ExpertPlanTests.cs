using FsCheck;
using FsCheck.Fluent;

namespace Jevons.Kernels.Tests.Routing;

public sealed class ExpertPlanTests
{
    [Fact]
    public void Build_IsAStableSortByExpert()
    {
        Gen<(int TopK, int Experts, int[] Ids)> cases =
            from topK in Gen.Choose(1, 8)
            from experts in Gen.Choose(topK, 40)
            from tokens in Gen.Choose(0, 50)
            from ids in Gen.ArrayOf(Gen.Choose(0, experts - 1), tokens * topK)
            select (topK, experts, ids);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            int[] offsets = new int[c.Experts + 1];
            int[] pairs = new int[c.Ids.Length];
            int[] rows = new int[c.Ids.Length];
            ExpertPlan.Build(c.Ids, c.TopK, c.Experts, offsets, pairs, rows);
            int[] want = [.. Enumerable.Range(0, c.Ids.Length).OrderBy(p => c.Ids[p])];
            Assert.Equal(want, pairs);
            Assert.Equal(0, offsets[0]);
            for (int e = 0; e < c.Experts; e++)
            {
                Assert.Equal(c.Ids.Count(id => id == e), offsets[e + 1] - offsets[e]);
            }

            for (int p = 0; p < rows.Length; p++)
            {
                Assert.Equal(p, pairs[rows[p]]);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void GatherAndCombine_AddEveryTokensExpertsInOrder()
    {
        const int Tokens = 33;
        const int TopK = 3;
        const int Cols = 150;
        int[] ids = new int[Tokens * TopK];
        float[] weights = new float[ids.Length];
        for (int t = 0; t < Tokens; t++)
        {
            for (int k = 0; k < TopK; k++)
            {
                ids[(t * TopK) + k] = (2 * k) + (t % 2);
                weights[(t * TopK) + k] = 0.1f + (0.01f * t) + k;
            }
        }

        int[] offsets = new int[7];
        int[] pairs = new int[ids.Length];
        int[] rows = new int[ids.Length];
        ExpertPlan.Build(ids, TopK, 6, offsets, pairs, rows);
        using OwnedContext context = KernelContexts.Widest(3);
        using FloatRows x = FloatRows.Random(Tokens, Cols, 120);
        using FloatRows grouped = new(ids.Length, Cols);
        using FloatRows y = FloatRows.Random(Tokens, Cols, 121);
        float[] before = y.All.ToArray();
        ExpertPlan.Gather(x.Tensor, pairs, TopK, grouped.Tensor, context);
        for (int e = 0; e < 6; e++)
        {
            for (int i = offsets[e]; i < offsets[e + 1]; i++)
            {
                BitsAssert.Equal(x.Tensor.Row(pairs[i] / TopK), grouped.Tensor.Row(i), "gathered row");
                foreach (ref float v in grouped.Tensor.Row(i))
                {
                    v *= e + 1;
                }
            }
        }

        ExpertPlan.Combine(grouped.Tensor, rows, weights, TopK, y.Tensor, context);
        for (int t = 0; t < Tokens; t++)
        {
            for (int c = 0; c < Cols; c++)
            {
                float want = before[(t * Cols) + c];
                for (int k = 0; k < TopK; k++)
                {
                    want = MathF.FusedMultiplyAdd(weights[(t * TopK) + k], x.Tensor.Row(t)[c] * (ids[(t * TopK) + k] + 1), want);
                }

                Assert.Equal(BitConverter.SingleToInt32Bits(want), BitConverter.SingleToInt32Bits(y.Tensor.Row(t)[c]));
            }
        }
    }

    [Fact]
    public void BadIds_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpertPlan.Build([0, 2], 1, 2, new int[3], new int[2], new int[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExpertPlan.Build([0, -1], 1, 2, new int[3], new int[2], new int[2]));
        Assert.Throws<ArgumentException>(() => ExpertPlan.Build([0, 1, 1], 2, 2, new int[3], new int[3], new int[3]));
        Assert.Throws<ArgumentException>(() => ExpertPlan.Build([0, 1], 1, 2, new int[2], new int[2], new int[2]));
    }
}
