// The sound of a screen at which nobody is logged in any more. It needs nobody to press anything, and ends with a log-in
// or when somebody says that no alarms are watched here.
import { reactive, watch, type Ref } from "vue";
import type { SessionModel } from "./session_model";
import { decideDeserted, mute as muteSound, QUIET, unmute as unmuteSound, type Ring } from "./sound";
import type { SoundPlayer } from "./sound_player";

/** `rang`: what was ringing unanswered when somebody was last logged in. */
export function makeDesertedSound(session: SessionModel, player: SoundPlayer, rang: Ref<Ring>) {
  let state = QUIET;
  const sound = reactive({ blocked: true, mutedForS: 0, hadAlarm: false });

  function decide(): void {
    if (!session.isDeserted.value) return;
    const decision = decideDeserted(state, rang.value, Date.now());
    state = decision.state;
    player.set(decision.ring);
    sound.blocked = player.blocked;
    sound.mutedForS = decision.mutedForS;
    sound.hadAlarm = decision.wanted !== "nobody";
  }

  function mute(): void {
    state = muteSound(state, Date.now());
    decide();
  }

  function unmute(): void {
    state = unmuteSound(state);
    decide();
  }

  watch(session.isDeserted, (isDeserted) => {
    state = QUIET;
    if (isDeserted) decide();
    else {
      rang.value = null;
      player.set(null);
    }
  });
  watch(session.screen, ({ kind }) => {
    if (kind !== "in" && !session.isDeserted.value) player.set(null);
  });
  watch(session.nowMs, decide);
  return { sound, decide, mute, unmute };
}

export type DesertedSound = ReturnType<typeof makeDesertedSound>;
