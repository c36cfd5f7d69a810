using Jevons.Kernels;
using Jevons.Testing;

namespace Jevons.Inference.Tests;

public class ContextPlannerTests
{
    private const long Gigabyte = 1L << 30;

    [Theory]
    [InlineData(64, 131072, true)]
    [InlineData(10, null, true)]
    [InlineData(4, 2048, false)]
    public void TheContext_IsWhatFitsMemory(long gigabytes, int? expected, bool fits)
    {
        // A distill of 7 billion weights at 4 bits: 28 layers, 4 KV heads of 128, 56 KiB a position at f16.
        using ModelDescription model = ModelDescription.Open(SharedData.Path("models", "deepseek-r1-distill-qwen-7b-header", "header.gguf"));
        KvLayerLayout[] layouts = [.. Enumerable.Repeat(KvLayerLayout.MultiHead(KvType.F16, 4, 128, 128), 28)];
        ContextPlan plan = ContextPlanner.Plan(
            model.Config, layouts, KvType.F16, (long)(4.4 * Gigabyte), new EngineOptions { MemoryBytes = gigabytes * Gigabyte });
        Assert.Equal(56 << 10, plan.CacheBytesPerToken);
        Assert.Equal(fits, plan.Fits);
        Assert.Equal(0, plan.ContextLength % 64);
        Assert.InRange(plan.ContextLength, 2048, 131072);
        Assert.True(expected is null || plan.ContextLength == expected, plan.Reason);
        Assert.Equal(plan.ContextLength, plan.PageCount * 64);
    }

    [Fact]
    public void WhatWasAskedFor_IsGivenAndCommented()
    {
        using ModelDescription model = ModelDescription.Open(SharedData.Path("models", "deepseek-r1-distill-qwen-7b-header", "header.gguf"));
        KvLayerLayout[] layouts = [KvLayerLayout.MultiHead(KvType.F16, 4, 128, 128)];
        ContextPlan plan = ContextPlanner.Plan(
            model.Config, layouts, KvType.F16, Gigabyte, new EngineOptions { ContextLength = 200_000, CacheTokens = 300_000, MemoryBytes = 2 * Gigabyte });
        Assert.Equal(200_000, plan.ContextLength);
        Assert.Equal(300_032, plan.PageCount * 64);
        Assert.Contains("131072 only", plan.Reason, StringComparison.Ordinal);
    }
}
