using System.Reflection;

namespace Jevons.Architecture.Tests;

/// <summary>
/// What the libraries show to their users is pinned, so that no change of it goes unseen. A change that is meant is accepted by
/// running these tests once with <c>JEVONS_ACCEPT_SURFACE=1</c> and committing the files.
/// </summary>
public sealed class PublicSurfaceTests
{
    public static TheoryData<string> Libraries => [.. RoomTests.Rooms.Select(r => r.Data).Where(r => r != "Cli")];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void ThePublicSurface_IsTheCommittedOne(string room)
    {
        string committed = Path.Combine(
            Testing.SharedData.RepositoryRoot(), "tests", "Jevons.Architecture.Tests", "PublicSurface", $"Jevons.{room}.txt");
        string found = PublicSurface.Of(Assembly.LoadFrom(RoomAssemblies.PathOf(room)));
        if (Environment.GetEnvironmentVariable("JEVONS_ACCEPT_SURFACE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(committed)!);
            File.WriteAllText(committed, found);
            Assert.Skip("the surface was written, not compared");
        }

        string[] expected = File.Exists(committed) ? File.ReadAllText(committed).ReplaceLineEndings("\n").Split('\n') : [];
        string[] lines = found.Split('\n');
        string gone = string.Join('\n', expected.Except(lines, StringComparer.Ordinal).Select(l => "- " + l));
        string added = string.Join('\n', lines.Except(expected, StringComparer.Ordinal).Select(l => "+ " + l));
        Assert.True(
            expected.SequenceEqual(lines, StringComparer.Ordinal),
            $"the public surface of Jevons.{room} changed; if that is meant, run this test with JEVONS_ACCEPT_SURFACE=1 and commit:\n{gone}\n{added}");
    }

    [Fact]
    public void TheCommand_ShowsNothing() => Assert.Empty(Assembly.LoadFrom(RoomAssemblies.PathOf("Cli")).GetExportedTypes());
}
