using Jevons.Kernels;
using Jevons.Testing;

namespace Jevons.Models.Tests;

/// <summary>A decode step allocates nothing; measured with the process to itself.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    [Fact]
    public void DecodeSteps_AllocateNothing()
    {
        foreach (string model in new[] { "llama-gqa/llama-gqa-Q4_K_M.gguf", "deepseek-v3-256/deepseek-v3-256-Q4_K_M.gguf" })
        {
            using ModelBench bench = new(SharedData.Path("weights", "synthetic-archs", model), kv: KvType.F16);
            int[] pages = ModelBench.Pages(0, 15);
            int[] token = [5];
            void Step(int position)
            {
                bench.Batch.Clear();
                bench.Batch.Add(token, position, pages, absorbed: true, BatchOutputs.Last);
                token[0] = Kernels.ArgMax.Row(bench.Model.Forward(bench.Ops, bench.Batch).Logits.Row(0));
            }

            for (int i = 0; i < 160; i++)
            {
                Step(i);
            }

            int position = 160;
            AllocationMeter.AssertNone(bench.Pool, () =>
            {
                for (int end = position + 256; position < end; position++)
                {
                    Step(position);
                }
            });
        }
    }
}
