/// The averages of the training part, and of the held-out part if there is one.
struct FeatureParts: Sendable {
  let training: FeatureMoments?
  let heldOut: FeatureMoments?
}
