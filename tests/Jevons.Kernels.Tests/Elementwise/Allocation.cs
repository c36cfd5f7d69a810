namespace Jevons.Kernels.Tests;

/// <summary>Proof that a warmed-up operation allocates nothing on the managed heap.</summary>
internal static class Allocation
{
    public static void AssertNone(string what, Action action)
    {
        // Tiered compilation may allocate on the side while a method warms up, so a few attempts are allowed; a kernel that
        // allocates does so every time.
        action();
        long allocated = 0;
        for (int attempt = 0; attempt < 5; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 8; i++)
            {
                action();
            }

            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            if (allocated == 0)
            {
                return;
            }
        }

        Assert.Fail($"{what} allocated {allocated} bytes in 8 calls");
    }
}
