namespace Jevons.Cli;

/// <summary>The .NET runtime's settings that change what kernels may use, as environment variables.</summary>
internal static class RuntimeKnobs
{
    /// <summary>The variables that are looked at, and the instruction sets of /proc/cpuinfo that 0 switches off.</summary>
    public static IReadOnlyList<(string Variable, string[] Disables)> All { get; } =
    [
        ("DOTNET_EnableHWIntrinsic", ["sse4_2", "avx", "fma", "avx2", "avx_vnni", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd", "avx512vbmi", "asimddp", "crc32", "asimdrdm"]),
        ("DOTNET_EnableAVX", ["avx", "fma", "avx2", "avx_vnni", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd", "avx512vbmi"]),
        ("DOTNET_EnableAVX2", ["fma", "avx2", "avx_vnni", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd", "avx512vbmi"]),
        ("DOTNET_EnableAVX512", ["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd", "avx512vbmi"]),
        ("DOTNET_EnableAVX512v2", ["avx512vbmi"]),
        ("DOTNET_EnableAVX512v3", []),
        ("DOTNET_EnableAVXVNNI", ["avx_vnni"]),
        ("DOTNET_EnableArm64Dp", ["asimddp"]),
        ("DOTNET_TieredCompilation", []),
        ("DOTNET_TieredPGO", []),
        ("DOTNET_GCHeapHardLimit", []),
    ];

    /// <summary>A name that older runtimes had and .NET 10 passes over in silence.</summary>
    public const string Forgotten = "DOTNET_EnableAVX512F";
}
