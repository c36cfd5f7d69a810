namespace Jevons.Hub;

/// <summary>What a branch, tag or commit of a repository stands for at the moment.</summary>
/// <param name="Commit">The commit (40 hexadecimal digits), or null on a mirror that does not say.</param>
/// <param name="Licence">The licence in the model card, or null.</param>
/// <param name="Repository">The repository's name in the hub's own letter case, or null when the hub does not say.</param>
public sealed record HubRevision(string? Commit, string? Licence, string? Repository = null);
