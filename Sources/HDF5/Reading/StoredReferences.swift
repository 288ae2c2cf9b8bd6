internal import CHDF5

/// Texts and lists of variable length as they are stored: lengths, and where the elements are.
///
/// The library, asked for such elements, believes the lengths and takes memory for them. Asked for the
/// same bytes as opaque ones it has no conversion, and uses the one that is registered here, which
/// leaves them as they are.
enum StoredReferences {
  /// Lets the library give out references. Call inside the lock.
  static func register() {
    let text = H5Tcopy(td_c_string())
    let opaque = H5Tcreate(H5T_OPAQUE, 1)
    defer {
      H5Tclose(text)
      H5Tclose(opaque)
    }
    H5Tset_size(text, td_variable_size())
    H5Tregister(H5T_PERS_SOFT, "as stored", text, opaque) {
      source, target, data, _, _, _, _, _, _ in
      guard data?.pointee.command == H5T_CONV_INIT else { return 0 }
      data?.pointee.need_bkg = H5T_BKG_NO
      return 0
    }
  }

  /// The type to read them as, for the caller to close. Call inside the lock.
  static func type(bytes: Int) -> hid_t { H5Tcreate(H5T_OPAQUE, bytes) }

  /// Whether elements of a type are texts or lists of variable length, or have such in them.
  enum Kind { case none, references(elementBytes: Int), nested }

  /// Call inside the lock.
  static func kind(of type: hid_t) -> Kind {
    switch H5Tget_class(type) {
    case H5T_STRING: return H5Tis_variable_str(type) > 0 ? .references(elementBytes: 1) : .none
    case H5T_VLEN:
      let base = H5Tget_super(type)
      defer { H5Tclose(base) }
      guard case .none = kind(of: base) else { return .nested }
      return .references(elementBytes: H5Tget_size(base))
    case H5T_ARRAY:
      let base = H5Tget_super(type)
      defer { H5Tclose(base) }
      if case .none = kind(of: base) { return .none }
      return .nested
    case H5T_COMPOUND:
      for index in 0..<UInt32(max(0, H5Tget_nmembers(type))) {
        let member = H5Tget_member_type(type, index)
        defer { H5Tclose(member) }
        if case .none = kind(of: member) { continue }
        return .nested
      }
      return .none
    default: return .none
    }
  }
}
