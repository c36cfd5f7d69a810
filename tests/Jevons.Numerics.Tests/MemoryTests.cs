namespace Jevons.Numerics.Tests;

public sealed unsafe class MemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(1000)]
    public void AlignedMemory_IsAlignedZeroedAndAsLongAsAsked(int bytes)
    {
        using AlignedMemory memory = new(bytes);
        Assert.Equal(0, (long)memory.Pointer % AlignedMemory.Alignment);
        Assert.Equal(bytes, memory.Length);
        Assert.Equal(bytes, memory.Region.Length);
        Assert.Equal(-1, memory.AsSpan<byte>(0, bytes).IndexOfAnyExcept((byte)0));
        Assert.Same(memory, memory.Region.Owner);
    }

    [Fact]
    public void AlignedMemory_SpansOutside_AreRefused()
    {
        using AlignedMemory memory = new(100);
        Assert.Equal(25, memory.AsSpan<float>(0, 25).Length);
        Assert.Equal(0, memory.AsSpan<float>(100, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.AsSpan<float>(1, 25));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.AsSpan<float>(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.AsSpan<float>(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.AsSpan<double>(0, int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.AsSpan<double>(long.MaxValue, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AlignedMemory(-1));
    }

    [Fact]
    public void AlignedMemory_DisposedTwice_FreesOnce()
    {
        AlignedMemory memory = new(10);
        memory.Dispose();
        memory.Dispose();
        Assert.True(memory.IsClosed);
    }

    [Fact]
    public void MemoryRegion_SlicesAndSpans_SeeTheSameBytes()
    {
        using AlignedMemory memory = new(64);
        memory.AsSpan<int>(0, 16)[5] = 77;
        MemoryRegion slice = memory.Region.Slice(8, 40);
        Assert.Equal(77, slice.AsSpan<int>(12, 1)[0]);
        Assert.Equal(77, slice.Slice(12, 4).AsSpan()[0]);
        Assert.Equal(40, slice.Length);
        Assert.Same(memory, slice.Owner);
    }

    [Fact]
    public void MemoryRegion_LongerThanTwoGigabytes_KeepsItsArithmetic()
    {
        // Only addresses are computed; nothing is read.
        const long Length = 5L << 30;
        MemoryRegion region = new((byte*)0x10000, Length, owner: null);
        Assert.Equal(0x10000 + (4L << 30), (long)region.Slice(4L << 30, 1L << 30).Pointer);
        Assert.Throws<OverflowException>(() => { region.AsSpan(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => region.Slice(4L << 30, (1L << 30) + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => region.Slice(long.MaxValue, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => region.Slice(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => region.Slice(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => { region.AsSpan<double>(Length - 7, 1); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { region.AsSpan<double>(0, -1); });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryRegion(null, -1, owner: null));
    }
}
