namespace Jevons.Hub;

/// <summary>Why the hub or the model store refused. A program maps each kind to its own exit code or message.</summary>
public enum HubErrorKind
{
    /// <summary>The repository, revision, file or stored model does not exist.</summary>
    NotFound,

    /// <summary>The server cannot be reached, or kept failing after every retry.</summary>
    Network,

    /// <summary>The repository is gated or private and the token is missing or not accepted.</summary>
    Unauthorized,

    /// <summary>The disk does not have room for the files.</summary>
    NoSpace,

    /// <summary>The bytes are not those the hub promised, or its listing is unusable.</summary>
    Corrupt,

    /// <summary>Network use is switched off and the model is not in the store.</summary>
    Offline,

    /// <summary>The name cannot be understood, or names more than one model.</summary>
    Usage,

    /// <summary>Another process is changing the same repository of the store.</summary>
    Busy,
}
