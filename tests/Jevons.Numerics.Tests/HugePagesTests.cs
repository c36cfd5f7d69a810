namespace Jevons.Numerics.Tests;

public sealed unsafe class HugePagesTests
{
    [Theory]
    [InlineData(HugePages.Smallest - 1)]
    [InlineData(HugePages.Smallest)]
    [InlineData((2 << 20) + 1)]
    [InlineData(5 << 20)]
    public void AlignedMemory_OfEverySize_IsZeroedAlignedAndWritableToItsLastByte(long bytes)
    {
        using AlignedMemory memory = new(bytes);
        Assert.Equal(bytes, memory.Length);
        Assert.Equal(0, (nint)memory.Pointer % AlignedMemory.Alignment);
        Assert.False(new Span<byte>(memory.Pointer, (int)bytes).ContainsAnyExcept((byte)0));
        memory.Pointer[bytes - 1] = 7;
        Assert.Equal(7, memory.Pointer[bytes - 1]);
    }

    [Fact]
    public void TryMap_OnLinux_BeginsOnAHugePageAndGivesItBack()
    {
        byte* pages = HugePages.TryMap(3 << 20, out long mapped);
        Assert.Equal(OperatingSystem.IsLinux(), pages is not null);
        if (pages is not null)
        {
            Assert.Equal(4L << 20, mapped);
            Assert.Equal(0, (nint)pages % (2 << 20));
            Assert.True(HugePages.Unmap(pages, mapped));
        }
    }
}
