namespace Jevons.Kernels.Tests;

/// <summary>Equality of floats by their bits, in which signed zeros differ and any NaN equals any NaN.</summary>
internal static class BitsAssert
{
    public static void Equal(ReadOnlySpan<float> want, ReadOnlySpan<float> got, string? what = null)
    {
        Assert.Equal(want.Length, got.Length);
        for (int i = 0; i < want.Length; i++)
        {
            bool equal = BitConverter.SingleToUInt32Bits(want[i]) == BitConverter.SingleToUInt32Bits(got[i])
                || (float.IsNaN(want[i]) && float.IsNaN(got[i]));
            if (!equal)
            {
                Assert.Fail($"{what} element {i} of {want.Length}: expected {want[i]:R} (0x{BitConverter.SingleToUInt32Bits(want[i]):X8}), "
                    + $"got {got[i]:R} (0x{BitConverter.SingleToUInt32Bits(got[i]):X8})");
            }
        }
    }

    public static void Equal(ReadOnlySpan<byte> want, ReadOnlySpan<byte> got, string what)
    {
        Assert.True(want.Length == got.Length, $"{what}: expected {want.Length} bytes, got {got.Length}");
        int at = want.CommonPrefixLength(got);
        Assert.True(at == want.Length, at == want.Length ? what : $"{what}: byte {at} of {want.Length} is {got[at]}, expected {want[at]}");
    }
}
