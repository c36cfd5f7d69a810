using FsCheck;
using FsCheck.Fluent;

namespace Jevons.Hub.Tests;

public sealed class RemotePathTests
{
    [Fact]
    public void Below_AnyName_StaysInsideOrIsRefused()
    {
        string root = Path.Combine(Path.GetTempPath(), "jevons-root");
        Arbitrary<string> names = Gen.ArrayOf(Gen.Elements("a", "..", ".", "/", "\\", ":", "~", " ", "\0", "C:", "con", "é", "//", ".jevons"))
            .Select(string.Concat).ToArbitrary();
        Prop.ForAll(names, name =>
        {
            try
            {
                return RemotePath.Below(root, name).StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            }
            catch (HubException e)
            {
                return e.Kind == HubErrorKind.Corrupt;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Theory]
    [InlineData("model.gguf")]
    [InlineData("Q4_K_M/model-00001-of-00002.gguf")]
    [InlineData("a b/…é.json")]
    [InlineData(".gitattributes")]
    public void IsSafe_OrdinaryNames(string name) => Assert.True(RemotePath.IsSafe(name));

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("..")]
    [InlineData("a\\b")]
    [InlineData("C:/a")]
    [InlineData("a.")]
    [InlineData("a /b")]
    [InlineData("a\u001b[31m")]
    [InlineData("x/.JEVONS/y")]
    public void IsSafe_Others_AreNot(string name) => Assert.False(RemotePath.IsSafe(name));

    [Fact]
    public void IsSafe_EndlessNames_AreNot()
    {
        Assert.False(RemotePath.IsSafe(new string('a', 241)));
        Assert.False(RemotePath.IsSafe(string.Join('/', Enumerable.Repeat("abcdefghi", 101))));
    }
}
