namespace Jevons.Hub;

/// <summary>What a pull did.</summary>
/// <param name="Model">The model as it is in the store now.</param>
/// <param name="WasComplete">True when every file was there already and only the record was checked.</param>
/// <param name="BytesReceived">Bytes received from the network.</param>
public sealed record PullResult(StoredModel Model, bool WasComplete, long BytesReceived);
