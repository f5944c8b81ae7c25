"""The HTTP status of each stable code, stated once: a refusal takes its own from here, and the API describes it."""

_CODES = {
    400: "bad_json bad_request form_expired json_number json_too_deep json_too_many_parts",
    401: "sign_in_failed sign_in_first",
    403: """
        channel_not_open device_revoked device_signature device_unknown fact_for_officers first_password
        first_password_ended may_not_approve may_not_exempt not_allowed not_in_charge not_your_port second_person_made
        second_person_maker second_person_new second_person_same seen_by_officer two_people
    """,
    404: """
        booking_not_found call_not_found channel_not_found decree_not_found departure_not_found device_not_found
        fare_class_not_found gate_not_found group_not_found journey_not_found leg_not_found not_found operator_not_found
        paper_gone paper_not_found passenger_not_found plan_not_found port_not_found programme_not_found
        receipt_not_found refund_not_found request_not_found rule_not_found rule_set_not_found scan_not_found
        session_not_found ship_not_found tariff_not_found ticket_not_found user_not_found voyage_not_found
        waiting_not_found walk_on_not_found
    """,
    405: "wrong_method",
    410: "hold_expired order_cancelled order_moved places_taken_back",
    413: "too_large",
    415: "not_json",
    422: """
        amount_or_percent arrival_backwards arrival_not_yet birth_number cause_missing channel_kind choices choose_one
        choose_voyage code_provisional copy_not_on_sale copy_over_ceiling copy_past count count_missing day_far
        day_past departs_outside_tide departure_backwards departure_missing device_key document_of_adults
        document_of_infants document_twice draft_empty english_name_missing enrolment_code exemption_reason_missing
        fact_unknown fact_value family_card_is_nik family_card_missing flow_back_hours imo in_the_past infant_too_old
        infants_on_laps infants_on_laps_at_counter invalid issuer_unknown leaving_too_early letter letter_missing
        moment name_missing name_or_description nik_birth_date nik_birth_date_mismatch nik_digits nik_length
        nik_province nik_serial nik_sex_mismatch no_first_day no_such_day not_a_vehicle_class not_yet nothing_lowered
        opening_too_early operator_code operator_differs other_name other_person other_route over_ceiling
        paper_kind_unknown party_size passenger_type passport_number password_common password_once password_same
        password_short password_wrong persons port_code ppkm_level programme_per_family programme_quota
        programme_window quota_not_lower reason_missing refund_amount result_missing rule_faults same_channel
        same_port same_ports same_ship scheme_empty scheme_nobody set_in_the_past sim_number sponsor_missing step_days
        step_percent step_reason_missing steps_missing steps_over taken_in_the_future tariff_amount tariff_free
        tariff_percent tide_window times_backwards timetable_faults too_many_calls too_many_days too_many_scans
        two_calls unknown_port until_before valid_to vehicle_party vehicle_plate weekdays whole_number wrong_party
        zone
    """,
    429: "proof_of_work sign_in_elsewhere too_many",
    500: "broken",
    503: "busy database_away not_migrated storage_failed storage_full storage_read_only",
}
"""By status; every other code is 409: it was understood, and what is true now stands against it."""

_STATUS = {code: status for status, codes in _CODES.items() for code in codes.split()}


def status_of(code: str) -> int:
    """The HTTP status of a stable code."""
    return _STATUS.get(code, 409)
